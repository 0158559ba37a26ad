// Command api prints the OpenAPI description of the service's routes.
package main

import (
	"encoding/json"
	"log"
	"os"
)

type object map[string]any

// routes are what the service answers, with the responses of each.
var routes = map[string]object{
	"/healthz": {"get": operation("health", object{"200": text("healthy"), "503": text("not healthy")})},
	"/metrics": {"get": operation("metrics", object{"200": text("metrics for Prometheus")})},
	"/orders": {"get": object{
		"operationId": "listOrders",
		"parameters":  []any{object{"name": "limit", "in": "query", "schema": object{"type": "integer", "maximum": 100}}},
		"responses": object{"200": object{
			"description": "the latest orders",
			"content":     object{"application/json": object{"schema": object{"type": "array", "items": object{"$ref": "#/components/schemas/Order"}}}},
		}},
	}},
}

var schemas = object{"Order": object{
	"type": "object", "required": []string{"id"},
	"properties": object{"id": object{"type": "string"}, "total": object{"type": "number"}},
}}

func main() {
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	if err := out.Encode(object{
		"openapi": "3.1.0", "info": object{"title": "ready", "version": "1.0.0"},
		"paths": routes, "components": object{"schemas": schemas},
	}); err != nil {
		log.Fatal(err)
	}
}

func operation(id string, responses object) object {
	return object{"operationId": id, "responses": responses}
}

func text(description string) object { return object{"description": description} }
