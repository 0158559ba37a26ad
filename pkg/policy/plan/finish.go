package plan

// finish drops the instructions whose result nothing reads and turns labels into positions.
func (t *translator) finish() []instr {
	t.emit(instr{op: opReturn, a: t.undefined()})
	for t.drop() {
	}
	read := t.readers()
	at := make([]int32, len(t.code)+1)
	var out []instr
	for i, in := range t.code {
		at[i] = int32(len(out))
		if in.op == opNop {
			continue
		}
		if in.op == opNext {
			if read[in.c] == 0 {
				in.c = absent
			}
			if read[in.e] == 0 {
				in.e = absent
			}
		}
		out = append(out, in)
	}
	at[len(t.code)] = int32(len(out))
	for i := range out {
		out[i].fail = at[t.labels[out[i].fail]]
	}
	return out
}

// undefined returns a register that nothing ever assigns.
func (t *translator) undefined() int32 {
	t.fn.registers++
	return int32(t.fn.registers - 1)
}

// readers counts the operands that name each register.
func (t *translator) readers() []int {
	count := make([]int, t.fn.registers)
	add := func(operand int32) {
		if operand >= 0 {
			count[operand]++
		}
	}
	for i := range t.code {
		in := &t.code[i]
		in.reads(add)
		if in.op == opCall || in.op == opBuiltin {
			for _, a := range t.calls[in.a].args {
				add(a)
			}
		}
	}
	return count
}

// drop blanks instructions without effect and reports whether it found any.
func (t *translator) drop() bool {
	read := t.readers()
	dropped := false
	for i := range t.code {
		in := &t.code[i]
		switch in.op {
		case opAssign, opReset:
			if read[in.c] > 0 {
				continue
			}
		case opPath:
			if read[in.c] > 0 || !t.implied(i) {
				continue
			}
		default:
			continue
		}
		*in = instr{op: opNop}
		dropped = true
	}
	return dropped
}

// implied reports whether the lookup at i is followed by one further down the same path, which fails to the same place
// when this one does.
func (t *translator) implied(i int) bool {
	in := t.code[i]
	for j := i + 1; j < len(t.code); j++ {
		next := t.code[j]
		if next.op == opNop {
			continue
		}
		return next.op == opPath && next.fail == in.fail && t.paths[next.a].parent == in.a && !t.target(i+1, j)
	}
	return false
}

// target reports whether a jump may lead to one of the positions from first to last.
func (t *translator) target(first, last int) bool {
	for _, at := range t.labels {
		if int(at) >= first && int(at) <= last {
			return true
		}
	}
	return false
}
