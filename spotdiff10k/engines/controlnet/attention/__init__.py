"""How a subject is kept the same over the pictures of its group: strategies, and the shared attention of one of them.

Importing this imports no torch.
"""
