"""Decoding of untrusted bytes in a limited child process: what crashes, hangs or grows there is a sentence here."""
