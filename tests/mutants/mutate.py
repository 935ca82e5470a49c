# SPDX-License-Identifier: BSL-1.0
"""Mutant schemata: a header rewritten so that one program holds every mutant of it.

An expression E with the mutant E' becomes (smelt_mutants::is(17) ? (E') : (E)), a statement S that
may be dropped { if (!smelt_mutants::is(18)) S; }. Each mutant has a line of its own, so that a
compiler's message names it. Operators are the functions named `..._mutants` below.
"""

import re

import parse

COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "/", "&": "|", "|": "&", "^": "&",
              "<<": ">>", ">>": "<<", "&&": "||", "||": "&&"}
COMPOUND = {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "%=": "/=", "&=": "|=", "|=": "&=",
            "^=": "|=", "<<=": ">>=", ">>=": "<<="}
# What is easily taken for one another; a counterpart that does not exist does not compile.
PAIRS = [("r", "c"), ("row", "column"), ("row", "col"), ("rows", "cols"), ("rows_", "cols_"),
         ("first", "last"), ("from", "to"), ("low", "high"), ("begin", "end"), ("left", "right"),
         ("a", "b"), ("slow", "quick"), ("open", "closed"), ("me", "threads"), ("first", "second"),
         ("lane", "warp"), ("leaf", "level"), ("i", "k"), ("own", "all"), ("before", "all"),
         ("task", "depth"), ("n", "stay"), ("row_stride", "col_stride"), ("cols_", "width_")]
# On the host: arithmetic that is written in words, and what may have its arguments in any order.
WORDS = {"add": "subtract", "subtract": "add", "product": "divide", "divide": "product",
         "lesser": "greater", "greater": "lesser", "both": "either", "either": "both",
         "min": "max", "max": "min", "padd": "psub", "psub": "padd", "pmul": "pdiv", "pdiv": "pmul",
         "pmin": "pmax", "pmax": "pmin", "pand": "por", "por": "pand"}
COMMUTES = {"add", "product", "equal", "both", "either", "min", "max", "high_product", "padd", "pmul",
            "pcmp_eq", "pand", "por"}
LANES = {"lane": "({} ^ 1)", "warp": "({} / 2)"}
CALLS = {"thread": "({} + 1)", "block": "({} + 1)", "threads": "({} + 1)", "blocks": "({} + 1)"}


class Mutant:
    def __init__(self, file, function, line, source, operator, text):
        self.file, self.function, self.line, self.source = file, function, line, source
        self.operator, self.text = operator, text
        self.id = None
        self.count = 1  # among those that read alike in one function

    def key(self):
        again = f" #{self.count}" if self.count > 1 else ""
        return f"{self.file} | {self.function} | {self.source} | {self.operator}{again}"


class Header:
    """One header and its mutants; `on_host`: it is no kernel body."""

    def __init__(self, name, text, on_host=False):
        self.name, self.text, self.on_host = name, text, on_host
        self.lines = text.split("\n")
        reader = parse.Reader(text)
        reader.read_scope("")
        self.functions = reader.functions
        self.problems = [f"{name}:{self.line_of(at)}: {what}" for at, what in reader.problems]
        self.mutants = []
        alike = {}
        for function in self.functions:
            self.function = function
            outside = parse.Node("function", function.start, function.start)
            for node in function.nodes:
                self.visit(node, outside)
        for mutant in self.mutants:
            key = mutant.key()
            mutant.count = alike[key] = alike.get(key, 0) + 1

    def line_of(self, at):
        return self.text.count("\n", 0, at) + 1

    def code(self, node):
        return self.text[node.start:node.end]

    def add(self, node, operator, text, at=None, alike=False):
        """`at`: the place in the text that the mutant is named after. `alike`: the mutant is left
        out where its type is another one."""
        line = self.line_of(node.start if at is None else at)
        mutant = Mutant(self.name, self.function.name, line, self.lines[line - 1].strip(), operator,
                        text)
        mutant.is_constexpr = self.function.is_constexpr
        node.mutants.append((mutant, self.arm(node, text, alike)))
        self.mutants.append(mutant)
        return mutant

    def arm(self, node, text, alike):
        """What follows the question whether a mutant is chosen, in one line."""
        if text is None:
            return ""
        also = ""
        if alike:
            also = f" && smelt_mutants::alike<decltype(({self.code(node)})), decltype(({text}))>()"
        return re.sub(r"\s+", " ", re.sub(r"//[^\n]*|/\*.*?\*/", " ", f"{also} ? ({text}) :",
                                         flags=re.S))

    # Operators.

    def visit(self, node, above):
        handler = getattr(self, node.kind + "_mutants", None)
        if handler:
            handler(node, above)
        for part in node.parts:
            self.visit(part, node)

    def statement_mutants(self, node, above):
        value = node.value
        what = "statement"
        if value.kind == "call" and value.callee.kind == "member":
            what = "barrier" if value.callee.name == "sync" else value.callee.name
        elif value.kind == "call":
            what = "call"
        elif value.kind in ("assignment", "unary", "postfix"):
            what = "assignment"
        self.add(node, f"{what} dropped", None)

    def jump_mutants(self, node, above):
        self.add(node, f"{self.code(node)[:-1]} dropped", None)

    def return_mutants(self, node, above):
        # To fall off the end of a function that returns a value means nothing.
        conditional = above.kind == "if" and above.condition is not None and above.other is None \
            and not getattr(above, "is_last", True)
        if node.value is None or conditional or self.function.is_void and above.kind == "if":
            self.add(node, "return dropped", None)

    def negate(self, condition):
        if condition is None:
            return
        if condition.kind == "unary" and condition.op.text == "!":
            return  # its own operator does the same
        if condition.kind == "binary" and condition.op.text in ("==", "!="):
            return
        self.add(condition, "condition negated", f"!({self.code(condition)})")
        condition.condition_like = True

    def if_mutants(self, node, above):
        self.negate(node.condition)

    def while_mutants(self, node, above):
        self.negate(node.condition)

    def ternary_mutants(self, node, above):
        yes, no = self.code(node.yes), self.code(node.no)
        if yes != no:
            self.add(node, f"arms of `{self.brief(node.condition)} ?` swapped",
                     f"({self.code(node.condition)}) ? ({no}) : ({yes})")

    def brief(self, node):
        text = re.sub(r"\s+", " ", self.code(node))
        return text if len(text) <= 32 else text[:29] + "..."

    def binary_mutants(self, node, above):
        op = node.op.text
        left, right = self.code(node.left), self.code(node.right)
        named = f"{self.brief(node.left)} {op} {self.brief(node.right)}"

        def change(to):
            self.add(node, f"`{named}`: {to}", f"{left} {to} {right}", node.op.start)

        if op == "<<" and self.is_writing(node):
            return
        if op in COMPARISONS:
            change(COMPARISONS[op])
            if op in ("<", "<=", ">", ">=") and node.right.kind != "number":
                less = "-" if op in ("<", ">=") else "+"
                self.add(node, f"`{named}`: bound {less} 1", f"{left} {op} ({right}) {less} 1",
                         node.op.start)
            return
        change(ARITHMETIC[op])
        if op == "-" and left != right:
            self.add(node, f"`{named}`: sides swapped", f"({right}) - ({left})", node.op.start)
        if op in ("&&", "||"):
            for side, kept in (("left", right), ("right", left)):
                self.add(node, f"`{named}`: {side} side dropped", f"static_cast<bool>({kept})",
                         node.op.start)

    def is_writing(self, node):
        """Whether a chain of << begins with a stream: to read from it does not compile."""
        while node.kind == "binary":
            node = node.left
        return self.code(node) in ("out", "text")

    def assignment_mutants(self, node, above):
        op = node.op.text
        if op in COMPOUND:
            self.add(node, f"{op}: {COMPOUND[op]}",
                     f"{self.code(node.left)} {COMPOUND[op]} {self.code(node.right)}",
                     node.op.start)

    def unary_mutants(self, node, above):
        op, inner = node.op.text, self.code(node.inner)
        if op in ("!", "-", "~"):
            self.add(node, f"`{op}{self.brief(node.inner)}`: without {op}",
                     f"static_cast<bool>({inner})" if op == "!" else inner)
        elif op in ("++", "--"):
            to = "--" if op == "++" else "++"
            self.add(node, f"`{op}{self.brief(node.inner)}`: {to}", to + inner)

    def postfix_mutants(self, node, above):
        to = "--" if node.op.text == "++" else "++"
        self.add(node, f"`{self.brief(node)}`: {to}", self.code(node.inner) + to)

    def number_mutants(self, node, above):
        digits = re.match(r"(0x[0-9a-fA-F]+|\d+\.\d*|\d+)(.*)$", node.text)
        if not digits or "'" in node.text:
            return
        number, suffix = digits.groups()

        def change(to):
            self.add(node, f"{node.text}: {to}", to)

        if number == "0":
            change("1" + suffix)
        elif number == "1":
            change("0" + suffix)
            change("2" + suffix)
        elif "." in number:
            change(("1.0" if float(number) == 0 else "0.0") + suffix)
        elif number.startswith("0x"):
            change(hex(int(number, 16) ^ 1) + suffix)
        else:
            change(str(int(number) + 1) + suffix)
            change(str(int(number) - 1) + suffix)

    def name_mutants(self, node, above):
        if above.kind == "call" and above.callee is node:
            return
        if not is_changed(node, above):
            self.swap(node, node.text, lambda to: to)
        if node.text in ("true", "false"):
            to = "false" if node.text == "true" else "true"
            self.add(node, f"{node.text}: {to}", to)
        last = node.text.split("::")[-1]
        if last in LANES and not (above.kind == "assignment" and above.left is node):
            self.add(node, f"wrong lane: {node.text}", LANES[last].format(node.text))
        path = node.text.rsplit("::", 1)
        if len(path) == 2 and not is_changed(node, above):
            self.swap(node, path[1], lambda to: path[0] + "::" + to)

    def member_mutants(self, node, above):
        if above.kind == "call" and above.callee is node or is_changed(node, above):
            return
        front = self.text[node.start:node.end - len(node.name)]
        self.swap(node, node.name, lambda to: front + to)

    def swap(self, node, name, made):
        for one, other in PAIRS:
            if name in (one, other):
                to = other if name == one else one
                if self.known(node, to):
                    self.add(node, f"{name}: {to}", made(to), alike=True)

    def known(self, node, name):
        if node.kind == "member" or name.endswith("_"):
            return re.search(rf"(\.|->|[\w>*&] ){name}\b", self.text) is not None
        return self.declared(name, node.start)

    def declared(self, name, before):
        """Whether something looks like a declaration of it, in the function so far."""
        return re.search(rf"[\w>*&\]] [*&]*{name}\b\s*[=;,)({{:\[]|[,(] *[\w: ]*[\w*&>] {name}\b",
                         self.text[self.function.start:before]) is not None

    def subscript_mutants(self, node, above):
        if node.inner.kind != "number":
            self.add(node, f"`{self.brief(node)}`: index + 1",
                     f"{self.code(node.array)}[({self.code(node.inner)}) + 1]")

    def call_mutants(self, node, above):
        arguments = node.arguments
        callee = node.callee
        if callee.kind == "member":
            self.method_mutants(node, above, callee)
        if self.on_host and callee.kind == "name":
            word = re.match(r"(?:::)?(?:\w+::)*(\w*)", callee.text).group(1)
            if word in WORDS and len(arguments) == 2:
                to = re.sub(rf"\b{word}\b", WORDS[word], callee.text)
                self.add(node, f"{word}: {WORDS[word]}",
                         to + self.text[callee.end:node.end], callee.start)
            if word in COMMUTES:
                return
        # A context in the place of what it runs would make templates of another kind.
        simple = [a.kind not in ("lambda", "braces", "string")
                  and self.code(a) not in ("ctx", "ctx_") for a in arguments]
        for i in range(len(arguments) - 1):
            a, b = arguments[i], arguments[i + 1]
            if simple[i] and simple[i + 1] and self.code(a) != self.code(b):
                mutant = self.add(a, f"`{self.brief(a)}, {self.brief(b)}`: arguments swapped",
                                  self.code(b), alike=True)
                b.mutants.append((mutant, self.arm(b, self.code(a), True)))

    def method_mutants(self, node, above, callee):
        name, of = callee.name, self.code(callee.object)
        arguments = node.arguments
        inside = self.text[callee.end:node.end]
        if name in CALLS and not arguments and re.search(r"ctx_?$", of):
            to = CALLS[name].format(self.code(node))
            self.add(node, f"{self.code(node)}: {to[1:-1].split(') ', 1)[1]}", to, callee.end)
        elif name in ("release", "acquire"):
            to = "put" if name == "release" else "get"
            self.add(node, f"{name}: plain {to}", f"{of}.{to}{inside}", callee.end)
        elif name == "add" and above.kind != "statement" and re.search(r"ctx_?$", of):
            self.add(node, "blockIdx for a ticket",
                     f"static_cast<unsigned long long>({of}.block())", callee.end)
        elif name in ("down", "from_lane") and len(arguments) == 2:
            by = self.code(arguments[1])
            head = self.text[node.start:arguments[1].start]
            for to in (f"({by}) + 1", f"({by}) ^ 1", f"({by}) * 2"):
                self.add(node, f"{name}: by {to}", head + to + ")", callee.end)
            self.add(node, f"{name}: own value", self.code(arguments[0]), callee.end)
        elif name == "ballot" and len(arguments) == 1:
            self.add(node, "ballot: negated", f"{of}.ballot(!({self.code(arguments[0])}))",
                     callee.end)

    # The text of the program that holds them all.

    def rewritten(self):
        """The new text; Mutant.id must be set."""
        made = []
        at = 0
        for function in self.functions:
            asks = "smelt_mutants::is_constexpr" if function.is_constexpr else "smelt_mutants::is"
            for node in function.nodes:
                made.append(self.text[at:node.start])
                made.append(self.emit(node, asks))
                at = node.end
        made.append(self.text[at:])
        include = "#pragma once\n#include <mutants/mutants.hpp>\n"
        return "".join(made).replace("#pragma once\n", include, 1)

    def emit(self, node, asks):
        made = []
        at = node.start
        for part in sorted(node.parts, key=lambda p: p.start):
            made.append(self.text[at:part.start])
            made.append(self.emit(part, asks))
            at = part.end
        made.append(self.text[at:node.end])
        text = "".join(made)
        if not node.mutants:
            return text
        if node.kind in ("statement", "jump", "return"):
            conditions = " && ".join(f"!{asks}({m.id})" for m, _ in node.mutants)
            return f"\n{{ if ({conditions})\n{text} }}\n"
        if node.condition_like:
            text = f"static_cast<bool>({text})"
        arms = "".join(f"\n{asks}({m.id}){arm}" for m, arm in node.mutants)
        return f"({arms}\n({text}))"


def is_changed(node, above):
    """Whether what is named is assigned to, or its address taken: its type must stay."""
    return (above.kind == "assignment" and above.left is node or above.kind == "postfix"
            or above.kind == "unary" and above.op.text in ("++", "--", "&"))


def number_all(headers):
    mutants = [m for h in headers for m in h.mutants]
    for i, mutant in enumerate(mutants):
        mutant.id = i + 1
    return mutants


def ids_at(text):
    """Of a rewritten header: the ids that begin on each of its lines."""
    return {number: [int(i) for i in re.findall(r"smelt_mutants::is(?:_constexpr)?\((\d+)\)", line)]
            for number, line in enumerate(text.split("\n"), 1) if "smelt_mutants::is" in line}
