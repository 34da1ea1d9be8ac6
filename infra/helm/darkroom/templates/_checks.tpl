{{/* What a schema cannot say: values that do not go together. */}}
{{- define "darkroom.checks" -}}
{{- if and (not .Values.auth.existingSecret) (not .Values.auth.jwksUrl) }}
{{- fail "auth.existingSecret or auth.jwksUrl: one is needed, to verify tokens" }}
{{- end }}
{{- with .Values.s3.cloudFront }}{{ if and .baseUrl (not (and .keyPairId .existingSecret)) }}
{{- fail "s3.cloudFront: baseUrl needs keyPairId and existingSecret" }}
{{- end }}{{ end }}
{{- if eq .Values.eventBus "kafka" }}{{ include "darkroom.checkKafka" .Values.kafka }}{{ end }}
{{- include "darkroom.checkReplicas" . }}
{{- include "darkroom.checkGrace" . }}
{{- include "darkroom.checkKeda" . }}
{{- end -}}

{{- define "darkroom.checkKafka" -}}
{{- if not .brokers }}{{ fail "kafka.brokers is needed with eventBus: kafka" }}{{ end }}
{{- $mechanism := .sasl.mechanism }}
{{- if and $mechanism (ne $mechanism "aws-msk-iam") (not .sasl.existingSecret) }}
{{- fail (printf "kafka.sasl.existingSecret is needed with kafka.sasl.mechanism: %s" $mechanism) }}
{{- end }}
{{- if not .tls.enabled }}
{{- if eq $mechanism "aws-msk-iam" }}{{ fail "kafka.sasl.mechanism: aws-msk-iam needs kafka.tls.enabled" }}{{ end }}
{{- if .tls.caSecret.name }}{{ fail "kafka.tls.caSecret needs kafka.tls.enabled" }}{{ end }}
{{- end }}
{{- end -}}

{{- define "darkroom.checkReplicas" -}}
{{- range $name := list "api" "relay" "variantWorker" "metadataWorker" }}
{{- with (index $.Values $name).autoscaling }}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) }}
{{- fail (printf "%s.autoscaling: minReplicas is more than maxReplicas" $name) }}
{{- end }}
{{- if and .enabled .eventsPerReplica (gt (int .minReplicas) (int $.Values.kafka.partitions)) }}
{{- fail (printf "%s.autoscaling.minReplicas: more than the %d partitions have nothing to do" $name (int $.Values.kafka.partitions)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* API and relay verify uploads: a store that is silent is given up after 30 s, the inspector after its own time, and a second is left. */}}
{{- define "darkroom.checkGrace" -}}
{{- if .Values.inspector.url }}
{{- $longest := add 31 (ceil (divf .Values.inspector.timeoutMs 1000)) }}
{{- range $name := list "api" "relay" }}
{{- if lt (int (index $.Values $name).graceSeconds) (int $longest) }}
{{- fail (printf "%s.graceSeconds: at least %d with inspector.timeoutMs: %d" $name (int $longest) (int $.Values.inspector.timeoutMs)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* KEDA takes the workload's role from an annotation of its account, and asks nothing where there is none. */}}
{{- define "darkroom.checkKeda" -}}
{{- if and (eq .Values.keda.identityOwner "workload") (not .Values.aws.existingSecret) }}
{{- if .Values.keda.roleArn }}{{ fail "keda.roleArn: not with keda.identityOwner: workload" }}{{ end }}
{{- $asking := list }}
{{- if .Values.relay.autoscaling.enabled }}{{ $asking = append $asking "relay" }}{{ end }}
{{- if and (eq .Values.eventBus "kafka") (eq .Values.kafka.sasl.mechanism "aws-msk-iam") }}
{{- if .Values.variantWorker.autoscaling.enabled }}{{ $asking = append $asking "variantWorker" }}{{ end }}
{{- if .Values.metadataWorker.autoscaling.enabled }}{{ $asking = append $asking "metadataWorker" }}{{ end }}
{{- end }}
{{- range $name := $asking }}
{{- $own := (index $.Values $name).serviceAccount }}
{{- $account := ternary $own $.Values.serviceAccount (or $own.create (ne $own.name "")) }}
{{- if and $account.create (not (hasKey $account.annotations "eks.amazonaws.com/role-arn")) }}
{{- fail (printf "keda.identityOwner: workload needs the annotation eks.amazonaws.com/role-arn on the service account of %s" $name) }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
