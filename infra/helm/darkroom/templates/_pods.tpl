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
"drain" 0 "scaled" true where something else sets its replicas, "needs" (list of what of _env.tpl it needs beside the
database) "env" (dict of variables)).
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
      serviceAccountName: {{ include "darkroom.account" (list $root .component) }}
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
            {{- include "darkroom.env" (concat (list $root) .needs) | nindent 12 }}
            {{- range $name, $value := .env }}
            - { name: {{ $name }}, value: {{ $value | quote }} }
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
            httpGet: { path: {{ ternary "/servez" "/readyz" (eq .component "api") }}, port: http }
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

{{/* The pod of a job: (dict "root" $ "component" "migrate" "program" "cli" "args" (list "migrate") "resources" … "account" "default"
"needs" (list of what of _env.tpl it needs beside the database)); without needs it gets the database alone. */}}
{{- define "darkroom.jobPod" -}}
{{- $root := .root -}}
metadata:
  labels: {{ include "darkroom.labels" (list $root .component) | nindent 4 }}
spec:
  restartPolicy: Never
  serviceAccountName: {{ .account }}
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
      {{- if .needs }}
      envFrom:
        - configMapRef: { name: {{ include "darkroom.fullname" $root }}-config }
      {{- end }}
      env:
        {{- include "darkroom.env" (concat (list $root) (.needs | default list)) | nindent 8 }}
        {{- range $name, $value := .env }}
        - { name: {{ $name }}, value: {{ $value | quote }} }
        {{- end }}
        {{- with concat $root.Values.extraEnv (.extraEnv | default list) }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      resources: {{ toYaml .resources | nindent 8 }}
      volumeMounts: {{ include "darkroom.volumeMounts" $root | nindent 8 }}
  volumes: {{ include "darkroom.volumes" $root | nindent 4 }}
{{- end -}}
