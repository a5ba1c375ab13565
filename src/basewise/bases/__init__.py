"""Which base an image stands on: the evidence, strongest first."""
