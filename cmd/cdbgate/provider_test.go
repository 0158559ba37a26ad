package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A provider whose resources can drift: fact_file is a file on disk. The test binary serves it when terraform starts it under
// this name, so that neither a registry nor a network is needed.
const (
	providerName   = "terraform-provider-fact_v1.0.0"
	providerSource = "example.org/test/fact"
)

func serveProvider() {
	err := tf6server.Serve(providerSource, func() tfprotov6.ProviderServer { return factProvider{} }, tf6server.WithoutLogStderrOverride())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// providerConfig writes a CLI configuration that finds the provider in a mirror of the file system, and returns its name.
func (c *clone) providerConfig() string {
	c.Helper()
	mirror := c.TempDir()
	dir := filepath.Join(mirror, filepath.FromSlash(providerSource), "1.0.0", runtime.GOOS+"_"+runtime.GOARCH)
	self, err := os.Executable()
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err == nil {
		err = os.Symlink(self, filepath.Join(dir, providerName))
	}
	if err != nil {
		c.Fatal(err)
	}
	config := filepath.Join(mirror, "config.tfrc")
	if err := os.WriteFile(config, fmt.Appendf(nil, "provider_installation {\n  filesystem_mirror { path = %q }\n}\n", mirror), 0o600); err != nil {
		c.Fatal(err)
	}
	return config
}

// factProvider embeds the interface: what terraform does not ask of such a provider is not there.
type factProvider struct{ tfprotov6.ProviderServer }

var fileType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"path": tftypes.String, "content": tftypes.String}}

func (factProvider) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		Provider: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}},
		ResourceSchemas: map[string]*tfprotov6.Schema{"fact_file": {Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "path", Type: tftypes.String, Required: true},
			{Name: "content", Type: tftypes.String, Required: true},
		}}}},
	}, nil
}

func (factProvider) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return &tfprotov6.GetMetadataResponse{Resources: []tfprotov6.ResourceMetadata{{TypeName: "fact_file"}}}, nil
}

func (factProvider) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (factProvider) ValidateProviderConfig(_ context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: r.Config}, nil
}

func (factProvider) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (factProvider) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func (factProvider) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (factProvider) UpgradeResourceState(_ context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	state, err := r.RawState.Unmarshal(fileType)
	if err != nil {
		return nil, err
	}
	upgraded, err := tfprotov6.NewDynamicValue(fileType, state)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &upgraded}, err
}

// ReadResource looks at the file: that is where drift comes from.
func (factProvider) ReadResource(_ context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	file, _, err := fileOf(r.CurrentState)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	object := tftypes.NewValue(fileType, map[string]tftypes.Value{
		"path": tftypes.NewValue(tftypes.String, file), "content": tftypes.NewValue(tftypes.String, string(text)),
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		object = tftypes.NewValue(fileType, nil)
	case err != nil:
		return nil, err
	}
	state, err := tfprotov6.NewDynamicValue(fileType, object)
	return &tfprotov6.ReadResourceResponse{NewState: &state}, err
}

func (factProvider) PlanResourceChange(_ context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: r.ProposedNewState}, nil
}

func (factProvider) ApplyResourceChange(_ context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	file, content, err := fileOf(r.PlannedState)
	switch {
	case err != nil:
		return nil, err
	case file == "":
		if file, _, err = fileOf(r.PriorState); err == nil {
			err = os.Remove(file)
		}
	default:
		err = os.WriteFile(file, []byte(content), 0o600)
	}
	return &tfprotov6.ApplyResourceChangeResponse{NewState: r.PlannedState}, err
}

// fileOf reads a state; that of no resource has no path.
func fileOf(state *tfprotov6.DynamicValue) (file, content string, err error) {
	value, err := state.Unmarshal(fileType)
	if err != nil || value.IsNull() {
		return "", "", err
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		return "", "", err
	}
	return file, content, errors.Join(attributes["path"].As(&file), attributes["content"].As(&content))
}
