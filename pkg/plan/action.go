package plan

import (
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
)

// Action is what the actions of a change come to.
type Action string

// The values of Action.
const (
	Create             Action = "create"
	Update             Action = "update"
	Replace            Action = "replace" // the old object is deleted first
	ReplaceCreateFirst Action = "replace-create-first"
	Delete             Action = "delete"
	Forget             Action = "forget"        // the object stays and is no longer managed
	CreateForget       Action = "create-forget" // a new object is made and the old one stays, unmanaged
	ReadData           Action = "read"
	Import             Action = "import" // brought in, and nothing else changes
	Move               Action = "move"   // another address, and nothing else changes
	NoOp               Action = "no-op"
)

// actionOf tells what actions come to, "" when they are no combination this reader knows.
func actionOf(actions tfjson.Actions) Action {
	switch {
	case actions.NoOp():
		return NoOp
	case actions.Create():
		return Create
	case actions.Read():
		return ReadData
	case actions.Update():
		return Update
	case actions.Delete():
		return Delete
	case actions.Forget():
		return Forget
	case actions.DestroyBeforeCreate():
		return Replace
	case actions.CreateBeforeDestroy():
		return ReplaceCreateFirst
	case len(actions) == 2 && slices.Contains(actions, tfjson.ActionCreate) && slices.Contains(actions, tfjson.ActionForget):
		return CreateForget
	}
	return ""
}

// action reads a list of actions.
func (d document) action(v span) ([]string, Action) {
	var words []string
	var actions tfjson.Actions
	for e := range d.elements(v) {
		word := d.text(e)
		if len(words) == 2 || word == "" {
			return nil, ""
		}
		words = append(words, word)
		actions = append(actions, tfjson.Action(word))
	}
	return words, actionOf(actions)
}
