package settings_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// plainPulumi is the configuration in a stack file by Pulumi's own reading.
func plainPulumi(t *testing.T, content string) map[string]string {
	t.Helper()
	project := &workspace.Project{Name: tokens.PackageName(project)}
	stack, err := workspace.LoadProjectStackBytes(diag.DefaultSink(t.Output(), t.Output(), diag.FormatOptions{Color: colors.Never}), project,
		[]byte(content), "Pulumi.dev.yaml", encoding.YAML)
	require.NoError(t, err)
	read, err := stack.Config.Decrypt(config.NopDecrypter)
	require.NoError(t, err)
	found := map[string]string{}
	for key, value := range read {
		found[key.String()] = value
	}
	return found
}

// What is written is served as it is written, or refused with one error, by make and by plain Pulumi.
func TestTextIsTakenAsItIsWrittenOrRefused(t *testing.T) {
	t.Parallel()

	for written, want := range map[string]string{ // "" is refused
		"good morning": "good morning", "yes": "yes", "on": "on", "'1.10'": "1.10", `"42"`: "42", "'2024-01-01'": "2024-01-01", `"true"`: "true",
		"1.2.3": "1.2.3", "'null'": "null", "=": "=", "12:30": "12:30",
		"1.10": "", "123456789012345678": "", "12345678901234567890123": "", "2024-01-01": "", "2024-01-01T10:20:30.5Z": "",
		"2001-12-14t21:59:43.10-05:00": "", "0x10": "", "0777": "", "1e3": "", ".5": "", "1_000": "", "true": "", "False": "", ".inf": "",
	} {
		t.Run(written, func(t *testing.T) {
			t.Parallel()

			group := "config:\n  ashapp-backend:backend:\n    greeting: " + written + "\n"
			read := map[string]func() (map[string]string, error){
				"make": func() (map[string]string, error) {
					config, _, err := settings.ParseStackFile([]byte(group))
					return config, err
				},
				"pulumi": func() (map[string]string, error) { return plainPulumi(t, group), nil },
			}
			if written == ".inf" {
				delete(read, "pulumi") // it cannot hand it on at all
			}
			for name, by := range read {
				config, err := by()
				var got settings.Settings
				if err == nil {
					got, err = settings.Load(project, config, nil)
				}
				if want == "" {
					require.Error(t, err, name)
					if written != ".inf" {
						assert.ErrorContains(t, err, "backend.greeting: ", name)
						assert.ErrorContains(t, err, "quote it in the stack file", name)
					}
					continue
				}
				require.NoError(t, err, name)
				assert.Equal(t, want, got.Backend.Greeting, name)
			}
			single := "config:\n  ashapp-backend:backend.greeting: " + written + "\n"
			config, _, err := settings.ParseStackFile([]byte(single))
			if err == nil {
				assert.Equal(t, plainPulumi(t, single), config, "a key on its own")
				_, err = settings.Load(project, config, nil)
			}
			if want == "" {
				assert.ErrorContains(t, err, "quote it in the stack file", "a key on its own")
			} else {
				assert.NoError(t, err)
			}
		})
	}
}

// What is no text is handed on as Pulumi does it.
func TestQuantitiesAndNumbersNeedNoQuotes(t *testing.T) {
	t.Parallel()

	content := `config:
  ashapp-backend:backend:
    cpuLimit: 1.50
    cpuRequest: 1
    memoryLimit: 67108864
    maxSurge: 1
    replicas: 3
    dnsEgress: true
  ashapp-backend:backend.nodePort: 30099
  ashapp-backend:backend.minReadySeconds: "5"
`
	config, secretKeys, err := settings.ParseStackFile([]byte(content))
	require.NoError(t, err)
	assert.Empty(t, secretKeys)
	assert.Equal(t, plainPulumi(t, content), config)
	got, err := settings.Load(project, config, nil)
	require.NoError(t, err)
	want := settings.Default()
	want.Backend.CPULimit, want.Backend.CPURequest, want.Backend.MemoryLimit, want.Backend.MaxSurge = "1.5", "1", "67108864", "1"
	want.Backend.Replicas, want.Backend.DNSEgress, want.Backend.NodePort, want.Backend.MinReadySeconds = 3, true, 30099, 5
	assert.Equal(t, want, got)
}

func TestValuesThatAreNotThereAreHandedOnAsPulumiDoesIt(t *testing.T) {
	t.Parallel()

	content := "config:\n  ashapp-backend:backend.maxSurge:\n  ashapp-backend:backend.greeting:\n  other:list: [1, 2024-01-01]\n"
	config, _, err := settings.ParseStackFile([]byte(content))
	require.NoError(t, err)
	assert.Empty(t, config["ashapp-backend:backend.maxSurge"])
	_, err = settings.Load(project, config, nil)
	assert.ErrorContains(t, err, "backend.greeting: \"\": must be 1 to 1024 bytes long")
}
