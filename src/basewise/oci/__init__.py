"""How image bytes are had: registries and layouts, one client per file, all behind `interface.ImageSource`."""
