package mutation

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
)

// invert makes a condition its opposite.
func (f *finder) invert(condition ast.Expr) {
	if condition == nil || f.inverted[condition] || !f.isBool(condition) {
		return
	}
	switch simple := condition.(type) {
	case *ast.ParenExpr:
		f.invert(simple.X)
		return
	case *ast.Ident:
		if f.info.Types[simple].Value != nil {
			return // boolean has it
		}
	}
	f.inverted[condition] = true
	text := f.codeOf(condition)
	f.add(condition, "invert `"+short(text)+"`", "((", ") != "+activeName+"(%d))", "!("+text+")")
}

// neighbours are the operators that are taken for each other by mistake.
var neighbours = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL, token.REM: token.MUL,
	token.SHL: token.SHR, token.SHR: token.SHL, token.AND: token.OR, token.OR: token.AND,
}

func (f *finder) binary(expression *ast.BinaryExpr) {
	if f.isBool(expression) {
		if expression.Op == token.LAND || expression.Op == token.LOR {
			defer func() { f.invert(expression.X); f.invert(expression.Y) }()
		}
		f.invert(expression)
	}
	operator, ok := neighbours[expression.Op]
	if basic, isBasic := f.info.TypeOf(expression.X).Underlying().(*types.Basic); !ok || isBasic && basic.Info()&types.IsString != 0 {
		return
	}
	mutated := f.codeOf(expression.X) + " " + operator.String() + " " + f.codeOf(expression.Y)
	change := fmt.Sprintf("`%s` with %s", short(f.codeOf(expression)), operator)
	if f.isBool(expression) {
		f.add(expression, change, "("+activeName+"(%d) && "+mutated+" || !"+activeName+"(%d) && ", ")", mutated)
		return
	}
	before := "func() " + f.typeOf(expression) + " { if " + activeName + "(%d) { return " + mutated + " }; return "
	f.add(expression, change, before, " }()", mutated)
}

// cases inverts the conditions of a switch without a tag, and drops those values of another that have others beside them.
func (f *finder) cases(clause *ast.CaseClause) {
	outer, isSwitch := f.stack[len(f.stack)-2].(*ast.SwitchStmt)
	if !isSwitch {
		return
	}
	for i, value := range clause.List {
		switch {
		case outer.Tag == nil:
			f.invert(value)
		case len(clause.List) > 1:
			f.remove(clause.List, i, clause.Colon, "case")
		}
	}
}

// remove takes one thing out of a list with commas.
func (f *finder) remove(list []ast.Expr, i int, end token.Pos, kind string) {
	from, to := f.offset(list[i].Pos()), f.offset(end)
	switch {
	case i+1 < len(list):
		to = f.offset(list[i+1].Pos())
	case i > 0:
		from = f.offset(list[i-1].End())
	}
	f.add(list[i], "drop "+kind+" `"+short(f.codeOf(list[i]))+"`", "", "", "")
	last := f.found[len(f.found)-1]
	last.from, last.to = from, to
}

// drop leaves a statement out. Declarations stay, as nothing would compile without them.
func (f *finder) drop(statement ast.Node) {
	if assignment, ok := statement.(*ast.AssignStmt); ok && assignment.Tok == token.DEFINE {
		return
	}
	switch outer := f.stack[len(f.stack)-1].(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		if clause, ok := outer.(*ast.CommClause); ok && clause.Comm == statement {
			return
		}
		f.add(statement, "drop `"+short(f.codeOf(statement))+"`", "if !"+activeName+"(%d) { ", " }", "")
	}
}

// results returns no error where one is returned, and the opposite of a truth.
func (f *finder) results(statement *ast.ReturnStmt) {
	for _, result := range statement.Results {
		kind := f.info.TypeOf(result)
		if _, isTuple := kind.(*types.Tuple); isTuple || kind == nil {
			continue
		}
		f.invert(result)
		if types.Implements(kind, errorInterface) {
			f.add(result, "no error instead of `"+short(f.codeOf(result))+"`", zeroName+"[error](%d, ", ")", "error(nil)")
		}
	}
}

var errorInterface = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

// constant changes a literal: numbers by one, texts altogether.
func (f *finder) constant(literal *ast.BasicLit) {
	known := f.info.Types[literal]
	if known.Value == nil {
		return
	}
	var mutated string
	switch known.Value.Kind() { //nolint:exhaustive // no literal is of another kind that has mutants
	case constant.String:
		if mutated = `"mutant"`; constant.StringVal(known.Value) == "" {
			mutated = `"not empty"`
		}
	case constant.Int:
		mutated = constant.BinaryOp(known.Value, token.ADD, constant.MakeInt64(1)).ExactString()
	case constant.Float:
		value, _ := constant.Float64Val(known.Value)
		mutated = strconv.FormatFloat(value*2+1, 'g', -1, 64)
	default:
		return
	}
	f.replace(literal, mutated)
}

// boolean changes true to false and the other way round.
func (f *finder) boolean(name *ast.Ident) {
	for _, pair := range [][2]string{{"true", "false"}, {"false", "true"}} {
		if name.Name == pair[0] && f.info.Uses[name] == types.Universe.Lookup(pair[0]) {
			f.replace(name, pair[1])
		}
	}
}

func (f *finder) replace(expression ast.Expr, mutated string) {
	before := chooseName + "[" + f.typeOf(expression) + "](%d, " + mutated + ", "
	f.add(expression, fmt.Sprintf("`%s` to `%s`", short(f.codeOf(expression)), mutated), before, ")", mutated)
}

// elements drops the entries of maps and lists, and leaves fields of structs at their zero value.
func (f *finder) elements(composite *ast.CompositeLit) {
	_, isStruct := f.info.TypeOf(composite).Underlying().(*types.Struct)
	for i, element := range composite.Elts {
		if !isStruct {
			f.remove(composite.Elts, i, composite.Rbrace, "element")
			continue
		}
		value := element
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			value = pair.Value
		}
		if _, isLiteral := value.(*ast.BasicLit); isLiteral {
			continue
		}
		f.add(value, "zero instead of `"+short(f.codeOf(element))+"`", zeroName+"["+f.typeOf(value)+"](%d, ", ")", "*new("+f.typeOf(value)+")")
	}
}

// arguments swaps neighbours of the same type, but of min and max, which do not care.
func (f *finder) arguments(call *ast.CallExpr) {
	if builtin, ok := call.Fun.(*ast.Ident); ok && (f.info.Uses[builtin] == types.Universe.Lookup("min") || f.info.Uses[builtin] == types.Universe.Lookup("max")) {
		return
	}
	for i := range len(call.Args) - 1 {
		first, second := call.Args[i], call.Args[i+1]
		one, other := f.info.TypeOf(first), f.info.TypeOf(second)
		if one == nil || other == nil || !types.Identical(types.Default(one), types.Default(other)) || f.codeOf(first) == f.codeOf(second) {
			continue
		}
		if _, isType := one.(*types.Signature); isType || f.info.Types[first].IsType() {
			continue
		}
		between := string(f.source.text[f.offset(first.End()):f.offset(second.Pos())])
		change := fmt.Sprintf("swap `%s` and `%s` in `%s`", short(f.codeOf(first)), short(f.codeOf(second)), short(f.codeOf(call.Fun)))
		f.add(first, change, "", "", f.codeOf(second)+between+f.codeOf(first))
		f.found[len(f.found)-1].to = f.offset(second.End())
	}
}
