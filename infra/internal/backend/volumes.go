package backend

import (
	"maps"
	"slices"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// Volumes of the pods.
const (
	filesVolume = "files"
	tmpVolume   = "tmp"
	tmpPath     = "/tmp"
)

// volumes are what the pods mount: the files of the stack file in one volume, and a temporary folder of their own.
func volumes(s settings.Backend, from sources) (all corev1.VolumeArray) {
	if len(s.Files) > 0 {
		all = append(all, &corev1.VolumeArgs{Name: pulumi.String(filesVolume), Projected: &corev1.ProjectedVolumeSourceArgs{
			DefaultMode: pulumi.Int(0o444), Sources: projections(s, from),
		}})
	}
	if s.TmpSize != "" {
		folder := &corev1.EmptyDirVolumeSourceArgs{SizeLimit: pulumi.String(s.TmpSize)}
		if s.TmpMedium == settings.Memory {
			folder.Medium = pulumi.String("Memory")
		}
		all = append(all, &corev1.VolumeArgs{Name: pulumi.String(tmpVolume), EmptyDir: folder})
	}
	return all
}

// projections have one file each, whose name in the volume is its key.
func projections(s settings.Backend, from sources) (all corev1.VolumeProjectionArray) {
	named := keys(s)
	for _, key := range slices.Sorted(maps.Keys(named)) {
		source := s.Files[named[key]]
		item := func(keyOfObject string) *corev1.KeyToPathArgs {
			return &corev1.KeyToPathArgs{Key: pulumi.String(keyOfObject), Path: pulumi.String(key)}
		}
		fromSecret := func(object pulumi.StringInput, keyOfObject string) *corev1.VolumeProjectionArgs {
			return &corev1.VolumeProjectionArgs{Secret: &corev1.SecretProjectionArgs{
				Name: object.ToStringOutput().ToStringPtrOutput(), Items: corev1.KeyToPathArray{item(keyOfObject)},
			}}
		}
		fromConfigMap := func(object pulumi.StringInput, keyOfObject string) *corev1.VolumeProjectionArgs {
			return &corev1.VolumeProjectionArgs{ConfigMap: &corev1.ConfigMapProjectionArgs{
				Name: object.ToStringOutput().ToStringPtrOutput(), Items: corev1.KeyToPathArray{item(keyOfObject)},
			}}
		}
		switch {
		case source.Secret != "":
			all = append(all, fromSecret(from.secret, source.Secret))
		case source.FromSecret != "":
			object, keyOfObject, _ := strings.Cut(source.FromSecret, "/")
			all = append(all, fromSecret(pulumi.String(object), keyOfObject))
		case source.FromConfigMap != "":
			object, keyOfObject, _ := strings.Cut(source.FromConfigMap, "/")
			all = append(all, fromConfigMap(pulumi.String(object), keyOfObject))
		default:
			all = append(all, fromConfigMap(from.configMap, key))
		}
	}
	return all
}

// mounts put each file at its path, beside what the image has there, and the temporary folder at its own.
func mounts(s settings.Backend) (all corev1.VolumeMountArray) {
	named := keys(s)
	for _, key := range slices.Sorted(maps.Keys(named)) {
		all = append(all, &corev1.VolumeMountArgs{
			Name: pulumi.String(filesVolume), MountPath: pulumi.String(named[key]), SubPath: pulumi.String(key), ReadOnly: pulumi.Bool(true),
		})
	}
	if s.TmpSize != "" {
		all = append(all, &corev1.VolumeMountArgs{Name: pulumi.String(tmpVolume), MountPath: pulumi.String(tmpPath)})
	}
	return all
}
