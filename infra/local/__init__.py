"""The local cloud: an AWS emulator with the very package that goes to AWS, and the simulator."""
