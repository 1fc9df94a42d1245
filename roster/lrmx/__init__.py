"""The exchange file of the appointment form (干部任免审批表, `.lrmx`): plain Python, no Django.

Layout and tags: domain/dossier.md §2.1 (S27, S29). A file is XML with the root `<Person>` and tags in pinyin. What is
read is written again without loss: known tags in their order, unknown ones as they came.
"""

from roster.lrmx.document import Document, FamilyMember, LrmxError
from roster.lrmx.reading import MOST_BYTES, read
from roster.lrmx.writing import write

__all__ = ["MOST_BYTES", "Document", "FamilyMember", "LrmxError", "read", "write"]
