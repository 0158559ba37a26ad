package plan

// opcode says what an instruction does. A plan's nested blocks become jumps: an undefined statement jumps to fail.
type opcode uint8

const (
	opNop        opcode = iota
	opJump              // to fail
	opReturn            // a, or nothing when a is undefined
	opResult            // a is the query's result
	opAssign            // c = a
	opOnce              // c = a, an error when c holds another value
	opReset             // c = undefined
	opDot               // c = a[b]; d is 1 within base documents
	opPath              // c = the input's value at path a, looked up once an evaluation
	opLen               // c = the number of elements of a
	opEqual             // a == b
	opNotEqual          // a != b
	opIsArray           // a is an array
	opIsObject          // a is an object
	opIsSet             // a is a set
	opDefined           // a is defined
	opUndefined         // a is undefined
	opMakeArray         // c = an array in the making, in builder d
	opAppend            // a to the array in the making c, in builder d
	opFinish            // c = the array that builder d has made, unless c holds another value
	opMakeObject        // c = {}
	opInsert            // c[a] = b; into a copy of c when d is 1
	opInsertOnce        // c[a] = b, an error when c[a] is another value; into a copy of c when d is 1
	opMakeSet           // c = set()
	opMerge             // c = the objects a and b in one, an error when they contradict each other
	opSetAdd            // a to c; into a copy of c when d is 1
	opScan              // start iterating over a with iterator d
	opNext              // c, e = next key and value of iterator d, or jump to fail; either may be absent (-1)
	opCall              // c = rule or function a of the site's arguments
	opBuiltin           // c = built-in function a of the site's arguments
)

// instr is one instruction. Operands (a, b) name a register when they are not negative, else a constant: constant i is ^i.
type instr struct {
	op   opcode
	a, b int32
	c    int32
	d, e int32
	fail int32
}

// absent marks a key or value that nothing reads.
const absent = -1

// reads calls f with every operand that in reads, other than the arguments of a call.
func (in *instr) reads(f func(int32)) {
	switch in.op {
	case opReturn, opResult, opAssign, opOnce, opLen, opIsArray, opIsObject, opIsSet, opDefined, opUndefined, opAppend,
		opSetAdd, opScan:
		f(in.a)
	case opDot, opMerge, opEqual, opNotEqual, opInsert, opInsertOnce:
		f(in.a)
		f(in.b)
	}
	switch in.op {
	case opOnce, opInsert, opInsertOnce, opSetAdd: // they read what they change
		f(in.c)
	}
}
