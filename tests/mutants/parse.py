# SPDX-License-Identifier: BSL-1.0
"""A reader of C++ function bodies, as far as mutants need it.

It finds the functions of a header and makes trees of their statements and expressions. It leans on
the formatting of this repository: a `<` with spaces around it compares, one without opens template
arguments; `T* x` declares and `a * b` multiplies. What is decided while compiling (template
arguments, `if constexpr`, constexpr variables, array bounds, `requires`) has no nodes: nothing of it
can be chosen at run time.
"""

import re


class NotUnderstood(Exception):
    def __init__(self, at, what):
        super().__init__(what)
        self.at = at


class Token:
    __slots__ = ("kind", "text", "start", "end", "spaced")

    def __init__(self, kind, text, start, end, spaced):
        self.kind, self.text, self.start, self.end = kind, text, start, end
        self.spaced = spaced  # white space or a comment before it

    def __repr__(self):
        return self.text


class Node:
    """`kind` and the parts that operators ask for; `parts` are all nodes directly inside."""

    def __init__(self, kind, start, end, parts=(), **facts):
        self.kind, self.start, self.end = kind, start, end
        self.parts = [p for p in parts if p is not None]
        self.mutants = []
        self.condition_like = False  # what matters of it is whether it is true
        self.__dict__.update(facts)


class Function:
    def __init__(self, name, start, is_void, is_constexpr, nodes):
        self.name, self.start, self.nodes = name, start, nodes
        self.is_void, self.is_constexpr = is_void, is_constexpr


TOKENS = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<directive>(?<=\n)[ \t]*\#(?:[^\n]*\\\n)*[^\n]*)
      | (?P<number>\.?\d(?:[eEpP][+-]|'?[\w.])*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<mark><<=|>>=|->|::|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|\+=|-=|\*=|/=|%=|&=|\|=|\^=
               |\.\.\.|[-+*/%&|^~!<>=?:;,.(){}\[\]\#])""",
    re.S | re.X)


def tokens_of(text):
    made = []
    at, spaced = 0, True
    while at < len(text):
        found = TOKENS.match(text, at)
        if not found:
            raise NotUnderstood(at, "unknown character " + repr(text[at]))
        kind = found.lastgroup
        if kind == "space" or kind == "directive":
            spaced = True
        else:
            # `>>` that closes two lists of template arguments.
            word = found.group()
            after = text[found.end():found.end() + 1]
            if word in (">>", ">>=", ">=") and not (spaced and after.isspace()):
                for i, one in enumerate(word):
                    made.append(Token("mark", one, at + i, at + i + 1, spaced and i == 0))
            else:
                made.append(Token(kind, word, at, found.end(), spaced))
            spaced = False
        at = found.end()
    return made


CLOSING = {"(": ")", "[": "]", "{": "}"}
ARITHMETIC_TYPES = {"auto", "int", "unsigned", "bool", "double", "float", "char", "long", "short"}
TYPE_WORDS = ARITHMETIC_TYPES | {"const", "constexpr", "static", "volatile", "typename"}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
LEVELS = [["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"],
          ["+", "-"], ["*", "/", "%"]]


class Reader:
    def __init__(self, text):
        self.text = text
        self.tokens = tokens_of(text)
        self.i = 0
        self.functions = []
        self.problems = []  # (place in the text, what)

    # Tokens.

    def peek(self, ahead=0):
        i = self.i + ahead
        return self.tokens[i] if i < len(self.tokens) else Token("end", "", len(self.text),
                                                                 len(self.text), True)

    def at(self, *texts):
        return self.peek().text in texts and self.peek().kind != "string"

    def take(self, text=None):
        token = self.peek()
        if token.kind == "end" or (text is not None and token.text != text):
            raise NotUnderstood(token.start, f"expected {text!r}, found {token.text!r}")
        self.i += 1
        return token

    def skip_balanced(self):
        """Over a bracket and what it holds."""
        opening = self.take()
        closing = CLOSING[opening.text]
        while not self.at(closing):
            if self.at("(", "[", "{"):
                self.skip_balanced()
            else:
                self.take()
        return self.take()

    def skip_angles(self):
        self.take("<")
        while not self.at(">"):
            if self.at("(", "[", "{"):
                self.skip_balanced()
            elif self.at("<"):
                self.skip_angles()
            else:
                self.take()
        return self.take(">")

    def before(self):
        return self.tokens[self.i - 1].end

    def skip_constraint(self):
        self.take("requires")
        while True:
            if self.at("requires"):
                self.take()
                if self.at("("):
                    self.skip_balanced()
                self.skip_balanced()
            elif self.at("("):
                self.skip_balanced()
            else:
                while self.at("!"):
                    self.take()
                self.take_path()
            if not self.at("&&", "||"):
                return
            self.take()

    # Namespaces and classes.

    def read_scope(self, until):
        while self.peek().kind != "end" and not self.at(until):
            self.read_item()

    def read_item(self):
        is_void = is_constexpr = assigned = False
        name = None
        begin = self.peek().start
        while self.at("template"):
            self.take()
            if self.at("<"):
                self.skip_angles()
        if self.at("requires"):
            self.skip_constraint()
        if self.at("public", "private", "protected") and self.peek(1).text == ":":
            self.i += 2
            return
        scope = False
        while True:
            token = self.peek()
            if token.kind == "end":
                return
            if self.at("namespace", "struct", "class", "union", "extern"):
                scope = scope or name is None
                self.take()
            elif self.at("alignas"):
                self.take()
                self.skip_balanced()
            elif self.at("requires") and not assigned:
                self.skip_constraint()
            elif self.at("enum", "using", "static_assert"):
                while not self.at(";"):
                    self.skip_balanced() if self.at("(", "[", "{") else self.take()
            elif self.at(";"):
                self.take()
                return
            elif self.at("="):
                assigned = self.tokens[self.i - 1].text != "operator"
                self.take()
            elif self.at("template"):  # after a macro
                self.take()
                self.skip_angles()
            elif self.at("(") and not scope:
                if name is None:
                    name = self.tokens[self.i - 1].text
                self.skip_balanced()
                if name == "operator":  # operator()
                    name = "operator()"
            elif self.at("(", "["):
                self.skip_balanced()
            elif self.at(":") and name is not None and not assigned:
                self.read_function(name, begin, is_void, is_constexpr)
                return
            elif self.at("{"):
                if scope:
                    self.take()
                    self.read_scope("}")
                    self.take("}")
                    if self.at(";"):
                        self.take()
                    return
                if name is not None and not assigned:
                    self.read_function(name, begin, is_void, is_constexpr)
                    return
                self.skip_balanced()
            else:
                if name is None:
                    is_void = is_void or token.text == "void"
                    is_constexpr = is_constexpr or token.text == "constexpr"
                self.take()
                if self.at("<") and not self.peek().spaced and token.kind == "word" \
                        and token.text != "operator":
                    self.skip_angles()

    def read_function(self, name, begin, is_void, is_constexpr):
        """From the body's brace, or the colon of a constructor's initialisers."""
        start = self.i
        nodes = []
        try:
            if self.at(":"):
                self.take()
                while not self.at("{"):
                    self.take_path()
                    nodes += self.read_list(self.take().text)[0]
                    if self.at(","):
                        self.take()
            nodes.append(self.read_block(True))
        except NotUnderstood as wrong:
            self.problems.append((wrong.at, f"{name}: {wrong}"))
            self.i = start
            if self.at(":"):
                while not self.at("{"):
                    self.take()
            self.skip_balanced()
            return
        self.functions.append(Function(name, begin, is_void, is_constexpr, nodes))

    # Statements.

    def read_block(self, whole=False):
        start = self.take("{").start
        made = []
        while not self.at("}"):
            made.append(self.read_statement())
        self.take("}")
        made = [m for m in made if m is not None]
        for i, one in enumerate(made):
            one.is_last = i + 1 == len(made)
        return Node("block", start, self.before(), made, whole=whole)

    def skip_to_semicolon(self):
        while not self.at(";"):
            self.skip_balanced() if self.at("(", "[", "{") else self.take()
        self.take(";")

    def read_statement(self):
        if self.at("[") and self.peek(1).text == "[":
            self.skip_balanced()
        start = self.peek().start
        if self.at("{"):
            return self.read_block()
        if self.at(";"):
            self.take()
            return None
        if self.at("using", "static_assert", "constexpr", "struct", "typedef", "asm",
                   "__extension__") or (
                self.at("static") and self.peek(1).text == "constexpr"):
            self.skip_to_semicolon()
            return None
        if self.at("if"):
            self.take()
            parts = []
            if self.at("constexpr"):
                self.take()
                self.skip_balanced()
                condition = None
            else:
                self.take("(")
                if self.is_declaration():
                    parts = self.read_declaration()
                    self.take(";") if self.at(";") else None
                condition = None if self.at(")") else self.read_expression()
                self.take(")")
            then = self.read_statement()
            other = None
            if self.at("else"):
                self.take()
                other = self.read_statement()
            return Node("if", start, self.before(), parts + [condition, then, other],
                        condition=condition, then=then, other=other)
        if self.at("while"):
            self.take()
            self.take("(")
            condition = self.read_expression()
            self.take(")")
            body = self.read_statement()
            return Node("while", start, self.before(), [condition, body], condition=condition)
        if self.at("do"):
            self.take()
            body = self.read_statement()
            self.take("while")
            self.take("(")
            condition = self.read_expression()
            self.take(")")
            self.take(";")
            return Node("while", start, self.before(), [body, condition], condition=condition)
        if self.at("for"):
            return self.read_for(start)
        if self.at("goto"):
            raise NotUnderstood(start, "a goto")
        if self.at("switch"):
            self.take()
            self.take("(")
            value = self.read_expression()
            self.take(")")
            body = self.read_statement()
            return Node("switch", start, self.before(), [value, body])
        if self.at("case", "default"):
            while not self.at(":"):
                self.take()
            self.take(":")
            return self.read_statement()
        if self.at("try", "SMELT_TRY"):
            self.take()
            parts = [self.read_block()]
            while self.at("catch", "SMELT_CATCH_ALL"):
                self.take()
                if self.at("("):
                    self.skip_balanced()
                parts.append(self.read_block())
            return Node("try", start, self.before(), parts)
        if self.at("return"):
            self.take()
            value = None if self.at(";") else self.read_expression()
            before = []
            while self.at(","):
                before.append(value)
                self.take()
                value = self.read_expression()
            self.take(";")
            return Node("return", start, self.before(), before + [value], value=value)
        if self.at("break", "continue"):
            self.take()
            self.take(";")
            return Node("jump", start, self.before())
        if self.is_declaration():
            parts = self.read_declaration()
            self.take(";")
            return Node("declaration", start, self.before(), parts)
        value = self.read_expression()
        self.take(";")
        return Node("statement", start, self.before(), [value], value=value)

    def read_for(self, start):
        self.take()
        self.take("(")
        parts, condition = [], None
        if self.at(";"):
            self.take()
        elif self.is_declaration():
            parts += self.read_declaration()
            if self.at(":"):
                self.take()
                parts.append(self.read_expression())
                self.take(")")
                body = self.read_statement()
                return Node("for", start, self.before(), parts + [body], condition=None)
            self.take(";")
        else:
            parts.append(self.read_expression())
            self.take(";")
        if not self.at(";"):
            condition = self.read_expression()
            parts.append(condition)
        self.take(";")
        while not self.at(")"):
            parts.append(self.read_expression())
            if self.at(","):
                self.take()
        self.take(")")
        parts.append(self.read_statement())
        return Node("for", start, self.before(), parts, condition=condition)

    def is_declaration(self):
        if self.peek().text in TYPE_WORDS or self.at("alignas"):
            return True
        if self.peek().kind != "word":
            return False
        kept = self.i
        try:
            self.take_path()
            while self.at("*", "&", "&&") and not self.peek().spaced:
                self.take()
            return self.peek().kind == "word" and self.peek().spaced
        except NotUnderstood:
            return False
        finally:
            self.i = kept

    def read_declaration(self):
        """A type, then names with their initialisers, which are the nodes."""
        parts = []
        named = False
        if self.at("alignas"):
            self.take()
            self.skip_balanced()
        while self.peek().text in TYPE_WORDS:
            named = self.take().text in ARITHMETIC_TYPES or named
        if not named:
            self.take_path()
        while self.at("*", "&", "&&", "const"):
            self.take()
        while True:
            if self.at("["):  # a structured binding
                self.skip_balanced()
            elif self.peek().kind == "word":
                self.take()
                while self.at("["):
                    self.skip_balanced()
            else:
                raise NotUnderstood(self.peek().start, "a declaration without a name")
            if self.at("="):
                self.take()
                parts.append(self.read_expression())
            elif self.at("(", "{"):
                parts += self.read_list(self.take().text)[0]
            if not self.at(","):
                return parts
            self.take()
            while self.at("*", "&"):
                self.take()

    # Expressions.

    def read_list(self, opening):
        """What stands between brackets, after the opening one: nodes, and the end."""
        parts = []
        while not self.at(CLOSING[opening]):
            if self.at(".") and opening == "{":  # a designated initialiser
                self.take()
                self.take()
                self.take("=")
            parts.append(self.read_expression())
            if self.at("..."):
                self.take()
            if self.at(","):
                self.take()
        return parts, self.take(CLOSING[opening]).end

    def read_expression(self):
        left = self.read_ternary()
        if self.peek().text in ASSIGNMENTS:
            op = self.take()
            right = self.read_expression()
            return Node("assignment", left.start, right.end, [left, right], op=op, left=left,
                        right=right)
        return left

    def read_ternary(self):
        condition = self.read_binary(0)
        if not self.at("?"):
            return condition
        self.take()
        yes = self.read_expression()
        self.take(":")
        no = self.read_expression()
        return Node("ternary", condition.start, no.end, [condition, yes, no], condition=condition,
                    yes=yes, no=no)

    def read_binary(self, level):
        if level == len(LEVELS):
            return self.read_unary()
        left = self.read_binary(level + 1)
        while self.peek().text in LEVELS[level] and self.peek().kind == "mark":
            if not self.peek().spaced:
                raise NotUnderstood(self.peek().start, f"{self.peek().text!r} without spaces")
            op = self.take()
            if self.at("..."):  # a fold
                left = self.read_fold([left])
                continue
            right = self.read_binary(level + 1)
            left = Node("binary", left.start, right.end, [left, right], op=op, left=left,
                        right=right)
        return left

    def read_fold(self, parts):
        """What follows the first operator of a fold, from its dots."""
        self.take("...")
        if self.peek().kind == "mark" and not self.at(")"):
            self.take()
            parts = parts + [self.read_unary()]
        return Node("fold", parts[0].start, self.before(), parts)

    def read_sequence(self):
        """What stands in parentheses: an expression, several with commas, or a fold."""
        if self.at("..."):
            self.take()
            self.take()
            return self.read_unary()
        parts = [self.read_expression()]
        while self.at(","):
            self.take()
            if self.at("..."):
                self.take()
            else:
                parts.append(self.read_expression())
        if len(parts) == 1:
            return parts[0]
        return Node("sequence", parts[0].start, self.before(), parts)

    def read_unary(self):
        token = self.peek()
        if token.kind == "mark" and token.text in ("!", "~", "-", "+", "*", "&", "++", "--"):
            self.take()
            inner = self.read_unary()
            return Node("unary", token.start, inner.end, [inner], op=token, inner=inner)
        if token.text in ("sizeof", "alignof", "noexcept", "requires"):
            self.take()
            if self.at("..."):
                self.take()
            if token.text == "requires" and self.at("(", "{"):
                self.skip_balanced()
                if self.at("{"):
                    self.skip_balanced()
            elif self.at("("):
                self.skip_balanced()
            else:
                self.read_unary()
            return Node("constant", token.start, self.before())
        return self.read_postfix()

    def take_path(self):
        """A name, with its qualifiers and template arguments."""
        first = self.peek()
        if self.at("typename"):
            self.take()
        if self.at("::"):
            self.take()
        while True:
            if self.at("template"):
                self.take()
            if self.peek().kind != "word":
                raise NotUnderstood(self.peek().start, f"expected a name, found {self.peek()}")
            word = self.take()
            if word.text == "decltype":
                self.skip_balanced()
            if word.text == "operator":
                if self.take().text in ("(", "["):
                    self.take()
            if self.at("<") and not self.peek().spaced:
                self.skip_angles()
            if self.at("::") and (self.peek(1).kind == "word"):
                self.take()
                continue
            return first, word

    def read_postfix(self):
        token = self.peek()
        if token.kind in ("number", "string"):
            self.take()
            made = Node(token.kind, token.start, token.end, text=token.text)
        elif token.text == "(":
            self.take()
            inner = self.read_sequence()
            made = Node("parentheses", token.start, self.take(")").end, [inner], inner=inner)
            if inner.kind == "name" and self.peek().kind == "word" and not self.peek().spaced:
                cast = self.read_unary()
                return Node("cast", made.start, cast.end, [cast])
        elif token.text == "[":
            made = self.read_lambda()
        elif token.text == "{":
            self.take()
            parts, end = self.read_list("{")
            made = Node("braces", token.start, end, parts)
        elif token.kind == "word" or token.text == "::":
            _, word = self.take_path()
            text = self.text[token.start:self.before()]
            made = Node("name", token.start, self.before(), text=text)
        else:
            raise NotUnderstood(token.start, f"no expression begins with {token.text!r}")
        while True:
            token = self.peek()
            if self.at("("):
                self.take()
                parts, end = self.read_list("(")
                made = Node("call", made.start, end, [made] + parts, callee=made, arguments=parts)
            elif self.at("[") and (not token.spaced or self.peek(1).text != "["):
                self.take()
                inner = self.read_expression()
                made = Node("subscript", made.start, self.take("]").end, [made, inner],
                            array=made, inner=inner)
            elif self.at(".", "->"):
                self.take()
                _, word = self.take_path()
                made = Node("member", made.start, self.before(), [made], object=made,
                            name=word.text)
            elif self.at("{") and not token.spaced and made.kind == "name":
                self.take()
                parts, end = self.read_list("{")
                made = Node("braces", made.start, end, parts)
            elif self.at("++", "--"):
                self.take()
                made = Node("postfix", made.start, self.before(), [made], op=token, inner=made)
            else:
                return made

    def read_lambda(self):
        start = self.peek().start
        self.skip_balanced()
        if self.at("<"):
            self.skip_angles()
        if self.at("("):
            self.skip_balanced()
        while not self.at("{"):
            self.take()
        body = self.read_block(True)
        return Node("lambda", start, body.end, [body])
