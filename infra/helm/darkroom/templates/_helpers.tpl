{{- define "darkroom.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "darkroom.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "darkroom.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "darkroom.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "darkroom.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "darkroom.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* Programs, by component, whose account may be one of their own. The two workers, API and so on by their values' names. */}}
{{- define "darkroom.programs" -}}
api: api
relay: relay
publisher: publisher
webhooks: webhooks
variant-worker: variantWorker
metadata-worker: metadataWorker
cleanup: cleanup
doctor: doctor
{{- end -}}

{{/* The account of a program: (list $ "relay"). */}}
{{- define "darkroom.account" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $own := (index $root.Values (get (include "darkroom.programs" $root | fromYaml) $component)).serviceAccount -}}
{{- if $own.create -}}
{{- $own.name | default (printf "%s-%s" (include "darkroom.fullname" $root) $component) -}}
{{- else -}}
{{- $own.name | default (include "darkroom.serviceAccountName" $root) -}}
{{- end -}}
{{- end -}}

{{/* What selects the pods of one component: (list $ "api"). */}}
{{- define "darkroom.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "darkroom.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "darkroom.labels" -}}
{{- $root := index . 0 -}}
{{ include "darkroom.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: darkroom
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end -}}

{{/* (list $ "upload-api") */}}
{{- define "darkroom.image" -}}
{{- $root := index . 0 -}}
{{- printf "%s/%s:%s" $root.Values.image.repository (index . 1) ($root.Values.image.tag | default $root.Chart.AppVersion) -}}
{{- end -}}

{{/* A name of at most 52 characters, as a CronJob's must be; what is cut off is told apart by its hash: (list $ "cleanup-arrivals"). */}}
{{- define "darkroom.cronJobName" -}}
{{- $whole := printf "%s-%s" (include "darkroom.fullname" (index . 0)) (index . 1) -}}
{{- if gt (len $whole) 52 -}}
{{- printf "%s-%s" ($whole | trunc 43 | trimSuffix "-") ($whole | sha256sum | trunc 8) -}}
{{- else -}}
{{- $whole -}}
{{- end -}}
{{- end -}}
