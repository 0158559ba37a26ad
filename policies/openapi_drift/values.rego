package cdbgate.openapi_drift

# text_at is the text at a key of a value, "" when there is none or it is blank.
text_at(value, key) := text if {
	text := value[key]
	is_string(text)
	trim_space(text) != ""
} else := ""

# list_at is the list at a key of a value, empty when there is none.
list_at(value, key) := list if {
	list := value[key]
	is_array(list)
} else := []

# object_at is the object at a key of a value, empty when there is none.
object_at(value, key) := object if {
	object := value[key]
	is_object(object)
} else := {}

# led_by says of what a text is, where that is known: "GET /things: the text".
led_by("", text) := text

led_by(subject, text) := sprintf("%s: %s", [subject, text]) if subject != ""

# level_of is how bad something is. A level that nobody knows counts as an error.
level_of(value) := value.level if {
	value.level in {"warning", "note"}
} else := "error"

# any_of is one RE2 pattern that matches where one of several does. It is undefined for none, which matches nowhere.
any_of(patterns) := concat("", ["(?:", concat(")|(?:", patterns), ")"]) if count(patterns) > 0

# segments of a path: neither a slash at its end nor a doubled one makes another path of it.
segments(path) := [segment | some segment in split(path, "/"); segment != ""]
