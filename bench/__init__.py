"""Measures the survey page and the public server. No part of what is installed."""
