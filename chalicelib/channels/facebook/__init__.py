"""Facebook page comments, posts of visitors, and reviews."""
