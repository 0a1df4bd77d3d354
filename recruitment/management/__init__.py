"""What operators may ask of recruitment."""
