package rollout

import (
	"bytes"
	"context"
	"errors"
	"io"

	corev1 "k8s.io/api/core/v1"

	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
)

const (
	logLines = 10
	logBytes = 8 << 10
)

// lastLines are the last lines that a pod's process has written, of the one before if it was started again. There are none where
// it never ran: an error here would hide the failure that is to be explained.
func lastLines(ctx context.Context, client kubernetes.Interface, pod *corev1.Pod) string {
	lines := int64(logLines)
	for _, previous := range []bool{false, true} {
		stream, err := client.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, &corev1.PodLogOptions{
			TailLines: &lines, Previous: previous,
		}).Stream(ctx)
		if err != nil {
			continue
		}
		content, err := io.ReadAll(io.LimitReader(stream, logBytes))
		if err := errors.Join(err, stream.Close()); err == nil && len(bytes.TrimSpace(content)) > 0 {
			return string(content)
		}
	}
	return ""
}
