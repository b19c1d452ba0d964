"""Settings for the way Millrace is run: production when `DATABASE_URL` is set, else embedded.

There is one code base and two ways to run it (docs/architecture.md). Naming the module
`config.settings` picks the way; `config.settings.embedded`, `.production` and `.test` name it.
"""

import os

# Importing config.settings.test runs this file as well; it must not ask for production's variables then.
if os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings") == "config.settings":
    if os.environ.get("DATABASE_URL"):
        from config.settings.production import *  # noqa: F403
    else:
        from config.settings.embedded import *  # noqa: F403
