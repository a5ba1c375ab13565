"""Other people's programs: started without a shell, ended in time with all that they started. Knows nothing of any."""
