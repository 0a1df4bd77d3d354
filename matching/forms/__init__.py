"""What may be typed in matching, by subject. Field names are the services' argument names."""
