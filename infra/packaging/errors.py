"""What can go wrong while packaging, told to the person at the keyboard."""


class PackagingError(Exception):
    """The package can't be built; the words say what to mend."""


class ByteCodeError(PackagingError):
    """A module has no byte code, or byte code that this Python won't take as it is."""
