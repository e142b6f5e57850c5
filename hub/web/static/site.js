// The page works without this script; it adds what keyboards and screen readers like.
import { initAll } from '/static/vendor/nhsuk-frontend-10.6.1.min.js'

document.body.classList.add('js-enabled', 'nhsuk-frontend-supported')
initAll()
