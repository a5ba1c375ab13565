"""HCL, the language of Terraform and Bake: read as far as texts are written in it."""
