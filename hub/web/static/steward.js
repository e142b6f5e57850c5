// Single keys for those who answer many questions. Everything works without them, and a button switches them off.
const STORED = 'to-single-keys'
const button = document.getElementById('keys')

function areOn () {
  try { return window.localStorage.getItem(STORED) !== 'off' } catch { return true }
}

function show () {
  if (!button) return
  button.hidden = false
  button.setAttribute('aria-pressed', String(areOn()))
  button.textContent = areOn() ? 'Single keys are on' : 'Single keys are off'
}

function isTyping (element) {
  return element.matches('textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=submit], [type=button])')
}

function follow (target) {
  if (!(target instanceof HTMLFormElement)) return target.click()
  const first = target.querySelector('input[type=radio]:checked, input[type=radio]')
  if (!first) return target.requestSubmit()
  first.focus()
  target.scrollIntoView({ block: 'nearest' })
}

function choose (form, number) {
  const radio = form.querySelectorAll('input[type=radio]')[number - 1]
  if (!radio) return false
  radio.checked = true
  radio.focus()
  return true
}

document.addEventListener('keydown', event => {
  if (!areOn() || event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target)) return
  const form = event.target.closest('form[data-key]')
  if (form && /^[1-9]$/.test(event.key) && choose(form, Number(event.key))) return event.preventDefault()
  const target = /^[a-z]$/i.test(event.key) && document.querySelector(`[data-key="${event.key.toLowerCase()}"]`)
  if (!target) return
  event.preventDefault()
  follow(target)
})

if (button) {
  button.addEventListener('click', () => {
    try { window.localStorage.setItem(STORED, areOn() ? 'off' : 'on') } catch { /* then they stay on */ }
    show()
  })
  show()
}
