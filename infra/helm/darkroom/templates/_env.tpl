{{- define "darkroom.secretEnv" -}}
- name: {{ .name }}
  valueFrom: { secretKeyRef: { name: {{ .secret }}, key: {{ .key }} } }
{{- end -}}

{{/* The variables of a program: (list $ "aws" "kafka"). It gets the database and what it needs besides, and no other's secrets. */}}
{{- define "darkroom.env" -}}
{{- $root := index . 0 -}}
{{- include "darkroom.databaseEnv" $root }}
{{- range rest . }}
{{ include (printf "darkroom.%sEnv" .) $root }}
{{- end }}
{{- end -}}

{{/* The database, which every program needs. */}}
{{- define "darkroom.databaseEnv" -}}
{{- with .Values.database }}
{{- include "darkroom.secretEnv" (dict "name" "DATABASE_URL" "secret" .existingSecret "key" .urlKey) }}
{{- if .directUrlKey }}
{{ include "darkroom.secretEnv" (dict "name" "DATABASE_DIRECT_URL" "secret" .existingSecret "key" .directUrlKey) }}
{{- end }}
- { name: DATABASE_POOL_SIZE, value: {{ .poolSize | quote }} }
{{- end }}
{{- end -}}

{{/* Static keys of bucket and queue. */}}
{{- define "darkroom.awsEnv" -}}
{{- with .Values.aws }}{{ if .existingSecret }}
{{- include "darkroom.secretEnv" (dict "name" "AWS_ACCESS_KEY_ID" "secret" .existingSecret "key" .accessKeyIdKey) }}
{{ include "darkroom.secretEnv" (dict "name" "AWS_SECRET_ACCESS_KEY" "secret" .existingSecret "key" .secretAccessKeyKey) }}
{{- end }}{{ end }}
{{- end -}}

{{- define "darkroom.kafkaEnv" -}}
{{- if eq .Values.eventBus "kafka" }}
{{- with .Values.kafka.tls }}{{ if .caSecret.name }}
{{- include "darkroom.secretEnv" (dict "name" "KAFKA_TLS_CA" "secret" .caSecret.name "key" .caSecret.key) }}
{{- end }}{{ end }}
{{- with .Values.kafka.sasl }}{{ if .mechanism }}
- { name: KAFKA_SASL_MECHANISM, value: {{ .mechanism }} }
{{- if ne .mechanism "aws-msk-iam" }}
{{ include "darkroom.secretEnv" (dict "name" "KAFKA_SASL_USERNAME" "secret" .existingSecret "key" .usernameKey) }}
{{ include "darkroom.secretEnv" (dict "name" "KAFKA_SASL_PASSWORD" "secret" .existingSecret "key" .passwordKey) }}
{{- end }}
{{- end }}{{ end }}
{{- end }}
{{- end -}}

{{/* The key by which URLs of private variants are signed: who has it can read all of them. */}}
{{- define "darkroom.cloudFrontEnv" -}}
{{- with .Values.s3.cloudFront }}{{ if .baseUrl }}
- { name: CLOUDFRONT_BASE_URL, value: {{ .baseUrl | quote }} }
- { name: CLOUDFRONT_KEY_PAIR_ID, value: {{ .keyPairId | quote }} }
{{ include "darkroom.secretEnv" (dict "name" "CLOUDFRONT_PRIVATE_KEY" "secret" .existingSecret "key" .privateKeyKey) }}
{{- end }}{{ end }}
{{- end -}}

{{- define "darkroom.inspectorEnv" -}}
{{- with .Values.inspector }}{{ if .url }}
- { name: INSPECTOR_URL, value: {{ .url | quote }} }
- { name: INSPECTOR_TIMEOUT_MS, value: {{ .timeoutMs | quote }} }
{{- if .existingSecret }}
{{ include "darkroom.secretEnv" (dict "name" "INSPECTOR_TOKEN" "secret" .existingSecret "key" .tokenKey) }}
{{- end }}
{{- end }}{{ end }}
{{- end -}}

{{- define "darkroom.authEnv" -}}
{{- with .Values.auth }}{{ if .existingSecret }}
{{- include "darkroom.secretEnv" (dict "name" "AUTH_JWT_SECRET" "secret" .existingSecret "key" .secretKey) }}
{{- if .previousSecretKey }}
{{ include "darkroom.secretEnv" (dict "name" "AUTH_JWT_SECRET_PREVIOUS" "secret" .existingSecret "key" .previousSecretKey) }}
{{- end }}
{{- end }}{{ end }}
{{- end -}}

{{/* What of the API's settings is no secret, as JSON. */}}
{{- define "darkroom.apiSettings" -}}
{{- $settings := dict }}
{{- range $name, $value := dict
    "AUTH_JWKS_URL" .Values.auth.jwksUrl
    "AUTH_ISSUER" .Values.auth.issuer
    "AUTH_AUDIENCE" .Values.auth.audience
    "AUTH_ROLES_CLAIM" .Values.auth.rolesClaim
    "CORS_ORIGINS" (join "," .Values.corsOrigins)
    "TRUST_PROXY" (toString .Values.trustProxy) }}
{{- if $value }}{{ $_ := set $settings $name $value }}{{ end }}
{{- end }}
{{- toJson $settings }}
{{- end -}}
