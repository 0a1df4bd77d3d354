"""What may be typed in recruitment, by subject. Field names are the services' argument names."""
