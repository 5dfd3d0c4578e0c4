"""The staff pages. Every route carries its roles; nothing unsuppressed reaches a template."""
