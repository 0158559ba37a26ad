package cdbgate.openapi_drift

# Facts (input.context) that the gate gathers for each document. input.source.path is the spec's path.
#
#   subject     spec        a spec; input.document is {openapi, info: {title, version}, paths: {path: {method: operation}}, webhooks: {name:
#                           {method: operation}}}, references followed
#               validity    what is wrong with a spec; input.document is {problems: [problem]}
#               generator   how the generator of a spec ended; no document
#               drift       the committed spec beside the generated one; input.document is {differences: [difference]}
#               changes     the spec beside the base's; input.document is {changes: [change]}
#               fault       something could not be evaluated
#
#   operation   {operationId, deprecated, tags: [text], parameters: [{name, in, required}], security: [[scheme]], responses: {status: {}}}
#               parameters  includes those of the path item
#               security    the effective one, the operation's or else the document's: alternatives, each a list of schemes that are
#                           required together. An alternative without schemes allows anonymous access; no alternative at all means that
#                           nothing is declared.
#   scheme      {name: the component's, type, in, parameter: name of the header, query parameter or cookie of type apiKey, scheme: of type
#               http, description}
#
#   problem     {id, level: error | warning | note, text, operation: "GET /things" or ""}
#
#   generator   {command, from: configuration | convention, started, problem: why it did not start, exit_code, signal: "" or what ended it,
#               timed_out, seconds: the time limit, too_long: it printed more than max_output bytes, left: it left processes behind,
#               network: it had one, network_allowed, wrote: this run wrote the file and it is there, output: a path or standard output,
#               invalid: why what it wrote cannot be read, stderr: the tail of its messages}
#
#   difference  {operation: "GET /things", components.schemas.Thing, info, or "" for the document; field: such as
#               parameters[query limit].required, or ""; kind, committed, generated: the value as a short text, "" when absent}
#               kind is added (only the generated spec has it), removed (only the committed one), changed, order (the same items
#               in another order) or text (equal in meaning, other bytes)
#   repair      (drift) the one command that repairs it
#
#   change      {id: oasdiff's, level: error | warning | note, text, operation: "GET /things" or "", base: where it stood, path:line or ""}
#   base        (changes) {version: info.version, path, commit}
#   head        (changes) {version}
#   deleted     (changes) the spec is gone in the head; no changes are listed then
#
#   fault       {message}

params := data.cdbgate.params
