package release

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

func TestWhatOthersNeedIsRestoredFirst(t *testing.T) {
	t.Parallel()

	objects := map[string]pulumi.Object{"deployment": {}, "files": {}, "namespace": {}, "secrets": {}, "default-deny": {}}
	assert.Equal(t, []string{"namespace", "secrets", "files", "default-deny", "deployment"}, inOrder(objects))
	delete(objects, "namespace")
	delete(objects, "files")
	assert.Equal(t, []string{"secrets", "default-deny", "deployment"}, inOrder(objects))
}
