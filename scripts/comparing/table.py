"""Why this file exists: it prints what became of the PUC-Rio suite's files as a table, file x
column, with the reason of every cell that is not PASS below it.
"""
import collections

NARROWEST = 14
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Table:
    """Cells (suite.Cell) by row and column; a column is a program in a mode."""

    def __init__(self, title, columns):
        self.title, self.columns = title, list(columns)
        self.width = max([NARROWEST, *(len(c) + 2 for c in self.columns)])
        self.rows = {}
        self.reasons = []

    def put(self, row, column, cell):
        self.rows.setdefault(row, {})[column] = cell

    def mark(self, why):
        """The letter of a reason."""
        if why not in self.reasons:
            self.reasons.append(why)
        return LETTERS[self.reasons.index(why) % len(LETTERS)]

    def text(self, cell):
        if cell is None:
            return "-"
        return f"{cell.text} {self.mark(cell.why)}" if cell.why else cell.text

    def totals(self, column):
        cells = [row[column] for row in self.rows.values() if column in row]
        return f"{sum(c.kind == 'PASS' for c in cells)}/{len(cells)}", \
            f"{sum(c.seconds for c in cells):10.2f}"

    def left_out(self):
        """Lines about parts of files that the files themselves did not perform."""
        where = collections.defaultdict(lambda: collections.defaultdict(list))
        for row, cells in self.rows.items():
            for column, cell in cells.items():
                for part in cell.left_out if cell.kind == "PASS" else ():
                    where[part][column].append(row)
        for part, columns in sorted(where.items()):
            by_rows = collections.defaultdict(list)
            for column, rows in columns.items():
                by_rows[" ".join(sorted(set(rows)))].append(column)
            for rows, names in by_rows.items():
                yield f"    {rows} in {', '.join(names)}: {part}"

    def lines(self):
        yield self.title + " (CPU seconds)"
        yield "".join([f"  {'':<16}"] + [f"{c:<{self.width}}" for c in self.columns]).rstrip()
        for row, cells in self.rows.items():
            texts = [f"{self.text(cells.get(c)):<{self.width}}" for c in self.columns]
            yield f"  {row:<16}{''.join(texts)}".rstrip()
        for i, name in enumerate(("passed", "seconds")):
            texts = [f"{self.totals(c)[i]:<{self.width}}" for c in self.columns]
            yield f"  {name:<16}{''.join(texts)}".rstrip()
        for why in self.reasons:
            yield f"  {self.mark(why)}  {why}"
        parts = list(self.left_out())
        if parts:
            yield "  parts that files leave out by themselves:"
            yield from parts


def ratio(table, column, reference):
    """CPU time of `column` divided by that of `reference`, over the files that both pass; or
    None."""
    pairs = [(row[column].seconds, row[reference].seconds) for row in table.rows.values()
             if column in row and reference in row
             and row[column].kind == row[reference].kind == "PASS"]
    base = sum(theirs for _, theirs in pairs)
    return sum(ours for ours, _ in pairs) / base if base else None
