"""The instrument kernel: what is asked, in which words, frozen by hash.

It knows nothing of the web or of storage.
"""
