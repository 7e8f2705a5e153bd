"""luagdb -- pretty-printers and commands for gdb over a Lua 5.1 VM: Parallax, or the reference.

    memory      reads the inferior; damage becomes an answer
    layouts     finds which VM an object file holds; what the two have in common
    parallax    the layout of Parallax
    puc         the layout of the reference, by the types of its debug symbols
    bytecode    canonical instructions: listing, names of registers
    text        Lua values as text
    frames      threads, their calls, the current instruction of each
    evaluate    expressions: Lua variables, else C
    printers    pretty-printers
    commands    lua-bt, lua-locals, ...
    breakpoints lua-break

Nothing here writes into the inferior or calls its functions, so all of it works on a core file;
only `lua-break` needs a process.
"""


def register():
    """Announce printers and commands to gdb; once, however many libraries ask."""
    from luagdb import breakpoints, commands, printers
    printers.register()
    commands.register()
    breakpoints.register()
