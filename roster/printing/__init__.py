"""The appointment form on paper (A4, two pages): what stands where, as PDF and as Word file.

Plain Python without Django. Drawing needs packages that a web worker must not load, so it happens in a process of its
own (`roster.printing.drawing`), which also gives its memory back after each bundle of forms.
"""
