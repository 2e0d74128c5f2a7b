"""For all tests: examples are not timed, because the machine that runs them may be busy with other things."""

from hypothesis import settings

settings.register_profile("closeloop", deadline=None)
settings.load_profile("closeloop")
