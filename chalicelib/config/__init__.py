"""What a company configures: the settings of a function, and the desk as a document."""
