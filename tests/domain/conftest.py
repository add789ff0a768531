from hypothesis import settings

# Time limits per example measure how busy the machine is, not whether the code is right.
settings.register_profile("ctviewer", deadline=None)
settings.load_profile("ctviewer")
