"""The instrument kernel: what is asked, in which words, frozen by hash. Knows nothing of the web or of storage."""
