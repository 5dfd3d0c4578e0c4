"""The follow-up desk: who asked to be contacted, and what became of it."""
