{{/* Whether KEDA needs credentials, or an authority of their own, to ask Kafka for lag. */}}
{{- define "darkroom.kafkaAuthentication" -}}
{{- and (eq .Values.eventBus "kafka") (or (ne .Values.kafka.sasl.mechanism "") (ne .Values.kafka.tls.caSecret.name "")) -}}
{{- end -}}

{{/* With which account KEDA asks SQS and MSK: the spec of a TriggerAuthentication. */}}
{{- define "darkroom.kedaAws" -}}
{{- if .Values.aws.existingSecret -}}
{{- with .Values.aws -}}
secretTargetRef:
  - { parameter: awsAccessKeyID, name: {{ .existingSecret }}, key: {{ .accessKeyIdKey }} }
  - { parameter: awsSecretAccessKey, name: {{ .existingSecret }}, key: {{ .secretAccessKeyKey }} }
{{- end -}}
{{- else if .Values.keda.roleArn -}}
podIdentity: { provider: aws, roleArn: {{ .Values.keda.roleArn | quote }} }
{{- else -}}
podIdentity: { provider: aws, identityOwner: {{ .Values.keda.identityOwner }} }
{{- end -}}
{{- end -}}

{{/* The same for Kafka, with the authority that its brokers' certificates are of. */}}
{{- define "darkroom.kedaKafka" -}}
{{- $spec := dict }}
{{- with .Values.kafka.sasl }}
{{- if eq .mechanism "aws-msk-iam" }}
{{- $spec = include "darkroom.kedaAws" $ | fromYaml }}
{{- else if .mechanism }}
{{- $_ := set $spec "secretTargetRef" (list
      (dict "parameter" "username" "name" .existingSecret "key" .usernameKey)
      (dict "parameter" "password" "name" .existingSecret "key" .passwordKey)) }}
{{- end }}
{{- end }}
{{- with .Values.kafka.tls.caSecret }}{{ if .name }}
{{- $ca := dict "parameter" "ca" "name" .name "key" .key }}
{{- $_ := set $spec "secretTargetRef" (append ($spec.secretTargetRef | default list) $ca) }}
{{- end }}{{ end }}
{{- toYaml $spec }}
{{- end -}}
