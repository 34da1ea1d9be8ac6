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

{{/* Restricted Pod Security. */}}
{{- define "darkroom.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "darkroom.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: { drop: [ALL] }
{{- end -}}

{{- define "darkroom.secretEnv" -}}
- name: {{ .name }}
  valueFrom: { secretKeyRef: { name: {{ .secret }}, key: {{ .key }} } }
{{- end -}}

{{/* The database, which every program needs. */}}
{{- define "darkroom.databaseEnv" -}}
{{- with .Values.database }}
{{ include "darkroom.secretEnv" (dict "name" "DATABASE_URL" "secret" .existingSecret "key" .urlKey) }}
{{- if .directUrlKey }}
{{ include "darkroom.secretEnv" (dict "name" "DATABASE_DIRECT_URL" "secret" .existingSecret "key" .directUrlKey) }}
{{- end }}
- { name: DATABASE_POOL_SIZE, value: {{ .poolSize | quote }} }
{{- end }}
{{- end -}}

{{/* Credentials by reference, for programs that talk to the bucket, the queue or the topic. */}}
{{- define "darkroom.credentialsEnv" -}}
{{- include "darkroom.databaseEnv" . }}
{{- with .Values.aws }}{{ if .existingSecret }}
{{ include "darkroom.secretEnv" (dict "name" "AWS_ACCESS_KEY_ID" "secret" .existingSecret "key" .accessKeyIdKey) }}
{{ include "darkroom.secretEnv" (dict "name" "AWS_SECRET_ACCESS_KEY" "secret" .existingSecret "key" .secretAccessKeyKey) }}
{{- end }}{{ end }}
{{- with .Values.s3.cloudFront }}{{ if .existingSecret }}
{{ include "darkroom.secretEnv" (dict "name" "CLOUDFRONT_PRIVATE_KEY" "secret" .existingSecret "key" .privateKeyKey) }}
{{- end }}{{ end }}
{{- if eq .Values.eventBus "kafka" }}
{{- with .Values.kafka.tls }}{{ if and .enabled .caSecret.name }}
{{ include "darkroom.secretEnv" (dict "name" "KAFKA_TLS_CA" "secret" .caSecret.name "key" .caSecret.key) }}
{{- end }}{{ end }}
{{- with .Values.kafka.sasl }}{{ if .existingSecret }}
{{ include "darkroom.secretEnv" (dict "name" "KAFKA_SASL_USERNAME" "secret" .existingSecret "key" .usernameKey) }}
{{ include "darkroom.secretEnv" (dict "name" "KAFKA_SASL_PASSWORD" "secret" .existingSecret "key" .passwordKey) }}
{{- end }}{{ end }}
{{- end }}
{{- end -}}

{{- define "darkroom.authEnv" -}}
{{- with .Values.auth }}{{ if .existingSecret }}
{{ include "darkroom.secretEnv" (dict "name" "AUTH_JWT_SECRET" "secret" .existingSecret "key" .secretKey) }}
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

{{/* The volumes of every pod: nothing else can be written to. */}}
{{- define "darkroom.volumes" -}}
- { name: scratch, emptyDir: {} }
- { name: tmp, emptyDir: { sizeLimit: 64Mi } }
{{- end -}}

{{- define "darkroom.volumeMounts" -}}
- { name: scratch, mountPath: /scratch }
- { name: tmp, mountPath: /tmp }
{{- end -}}

{{- define "darkroom.scheduling" -}}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/*
A Deployment: (dict "root" $ "component" "relay" "program" "upload-api" "values" .Values.relay "grace" 30
"drain" 0 "replicas" nil where something else scales it, "env" (list of variables)).
*/}}
{{- define "darkroom.deployment" -}}
{{- $root := .root -}}
{{- $values := .values -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "darkroom.fullname" $root }}-{{ .component }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{ include "darkroom.labels" (list $root .component) | nindent 4 }}
spec:
  {{- if not .scaled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  strategy:
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels: {{ include "darkroom.selector" (list $root .component) | nindent 6 }}
  template:
    metadata:
      labels: {{ include "darkroom.labels" (list $root .component) | nindent 8 }}
      annotations:
        checksum/config: {{ include (print $root.Template.BasePath "/config.yaml") $root | sha256sum }}
        {{- with $root.Values.podAnnotations }}{{ toYaml . | nindent 8 }}{{ end }}
    spec:
      serviceAccountName: {{ include "darkroom.serviceAccountName" $root }}
      # Nothing here calls Kubernetes. A role is bound by a token of its own (IRSA, Pod Identity).
      automountServiceAccountToken: false
      enableServiceLinks: false
      # What runs ends first, and a second is left to say so
      terminationGracePeriodSeconds: {{ add .grace .drain 5 }}
      securityContext: {{ include "darkroom.podSecurity" $root | nindent 8 }}
      topologySpreadConstraints:
        {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - maxSkew: 1
          topologyKey: {{ $key }}
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{ include "darkroom.selector" (list $root $.component) | nindent 14 }}
        {{- end }}
      {{- include "darkroom.scheduling" $root | nindent 6 }}
      containers:
        - name: {{ .component }}
          image: {{ include "darkroom.image" (list $root .program) }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          securityContext: {{ include "darkroom.containerSecurity" $root | nindent 12 }}
          ports:
            - { name: http, containerPort: 8080 }
          envFrom:
            - configMapRef: { name: {{ include "darkroom.fullname" $root }}-config }
          env:
            - { name: {{ .portVariable }}, value: '8080' }
            - { name: SHUTDOWN_GRACE_MS, value: {{ mul .grace 1000 | quote }} }
            {{- include "darkroom.credentialsEnv" $root | nindent 12 }}
            {{- range $name, $value := .env }}
            - { name: {{ $name }}, value: {{ $value | quote }} }
            {{- end }}
            {{- if .auth }}
            {{- include "darkroom.authEnv" $root | nindent 12 }}
            {{- end }}
            {{- with concat $root.Values.extraEnv $values.extraEnv }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          startupProbe:
            httpGet: { path: /healthz, port: http }
            periodSeconds: 2
            failureThreshold: 60
          livenessProbe:
            httpGet: { path: /healthz, port: http }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          readinessProbe:
            httpGet: { path: /readyz, port: http }
            periodSeconds: 5
            timeoutSeconds: 4
            failureThreshold: 2
          {{- if .drain }}
          lifecycle:
            # Until nobody sends requests here any more
            preStop: { sleep: { seconds: {{ .drain }} } }
          {{- end }}
          resources: {{ toYaml $values.resources | nindent 12 }}
          volumeMounts: {{ include "darkroom.volumeMounts" $root | nindent 12 }}
      volumes: {{ include "darkroom.volumes" $root | nindent 8 }}
{{- end -}}

{{/* The pod of a job: (dict "root" $ "component" "migrate" "program" "cli" "args" (list "migrate") "resources" …). */}}
{{- define "darkroom.jobPod" -}}
{{- $root := .root -}}
metadata:
  labels: {{ include "darkroom.labels" (list $root .component) | nindent 4 }}
spec:
  restartPolicy: Never
  serviceAccountName: {{ .serviceAccountName | default (include "darkroom.serviceAccountName" $root) }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  securityContext: {{ include "darkroom.podSecurity" $root | nindent 4 }}
  {{- include "darkroom.scheduling" $root | nindent 2 }}
  containers:
    - name: {{ .component }}
      image: {{ include "darkroom.image" (list $root .program) }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: {{ toJson .args }}
      securityContext: {{ include "darkroom.containerSecurity" $root | nindent 8 }}
      {{- if not .databaseOnly }}
      envFrom:
        - configMapRef: { name: {{ include "darkroom.fullname" $root }}-config }
      {{- end }}
      env:
        {{- if .databaseOnly }}
        {{- include "darkroom.databaseEnv" $root | nindent 8 }}
        {{- else }}
        {{- include "darkroom.credentialsEnv" $root | nindent 8 }}
        {{- end }}
        {{- range $name, $value := .env }}
        - { name: {{ $name }}, value: {{ $value | quote }} }
        {{- end }}
        {{- if .auth }}
        {{- include "darkroom.authEnv" $root | nindent 8 }}
        {{- end }}
        {{- with concat $root.Values.extraEnv (.extraEnv | default list) }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      resources: {{ toYaml .resources | nindent 8 }}
      volumeMounts: {{ include "darkroom.volumeMounts" $root | nindent 8 }}
  volumes: {{ include "darkroom.volumes" $root | nindent 4 }}
{{- end -}}

{{/* Whether KEDA needs credentials, or an authority of their own, to ask Kafka for lag. */}}
{{- define "darkroom.kafkaAuthentication" -}}
{{- and (eq .Values.eventBus "kafka") (or (ne .Values.kafka.sasl.mechanism "") (and .Values.kafka.tls.enabled (ne .Values.kafka.tls.caSecret.name ""))) -}}
{{- end -}}
