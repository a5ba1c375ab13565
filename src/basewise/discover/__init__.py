"""Where images are named: one file per kind of source, all behind `interface.UsageSource`."""
