/*
 * Written by `npm run docs` from the schemas of libs/contracts. Types alone, spelled out, so that the package that
 * front ends install needs no other.
 */
export type CategoryBody = {
  id: number;
  name: string;
  description: string;
  max_file_size: number;
  allowed_extensions: string[];
  is_active: boolean;
  visibility: 'public' | 'private';
};

export type Description = {
  title?: string | undefined;
  description?: string | undefined;
  alt_text?: string | undefined;
  tags?: string[] | undefined;
};

export type FailureCode =
  | 'size_mismatch'
  | 'type_mismatch'
  | 'type_not_allowed'
  | 'not_an_image'
  | 'too_many_pixels'
  | 'checksum_mismatch'
  | 'inspector_refused'
  | 'undecodable'
  | 'upload_expired'
  | 'object_lost';

export type ImageBody = {
  id: string;
  original_filename: string;
  file_key: string;
  file_size: number;
  content_type: string;
  width: number | null;
  height: number | null;
  status: 'pending' | 'uploading' | 'completed' | 'failed' | 'deleted';
  title: string;
  description: string;
  alt_text: string;
  tags: string[];
  url: string | null;
  created_at: string;
  updated_at: string;
  category: {
    id: number;
    name: string;
    description: string;
    max_file_size: number;
    allowed_extensions: string[];
    is_active: boolean;
    visibility: 'public' | 'private';
  };
  processing: {
    variants: { state: 'pending' | 'failed' | 'running' | 'ready'; attempts: number; error: string | null };
    metadata: { state: 'pending' | 'failed' | 'running' | 'ready'; attempts: number; error: string | null };
  };
  placeholder: string | null;
  dominant_color: string | null;
  metadata: Record<string, unknown> | null;
  gps: Record<string, unknown> | null;
  failure_code:
    | 'size_mismatch'
    | 'type_mismatch'
    | 'type_not_allowed'
    | 'not_an_image'
    | 'too_many_pixels'
    | 'checksum_mismatch'
    | 'inspector_refused'
    | 'undecodable'
    | 'upload_expired'
    | 'object_lost'
    | null;
  variants: {
    variant_type: string;
    url: string;
    width: number;
    height: number;
    file_size: number;
    content_type: string;
  }[];
};

export type ImageSummaryBody = {
  id: string;
  original_filename: string;
  status: 'pending' | 'uploading' | 'completed' | 'failed' | 'deleted';
  title: string;
  url: string | null;
  created_at: string;
  category_name: string;
  placeholder: string | null;
  thumbnail_url: string | null;
  small_url: string | null;
  preview_url: string | null;
  width: number | null;
  height: number | null;
};

export type PresignedUploadBody = {
  success: true;
  data:
    | { url: string; fields: Record<string, string>; file_key: string; image_id: string; expires_at: string }
    | {
        duplicate: true;
        image_id: string;
        image: {
          id: string;
          original_filename: string;
          file_key: string;
          file_size: number;
          content_type: string;
          width: number | null;
          height: number | null;
          status: 'pending' | 'uploading' | 'completed' | 'failed' | 'deleted';
          title: string;
          description: string;
          alt_text: string;
          tags: string[];
          url: string | null;
          created_at: string;
          updated_at: string;
          category: {
            id: number;
            name: string;
            description: string;
            max_file_size: number;
            allowed_extensions: string[];
            is_active: boolean;
            visibility: 'public' | 'private';
          };
          processing: {
            variants: {
              state: 'pending' | 'failed' | 'running' | 'ready';
              attempts: number;
              error: string | null;
            };
            metadata: {
              state: 'pending' | 'failed' | 'running' | 'ready';
              attempts: number;
              error: string | null;
            };
          };
          placeholder: string | null;
          dominant_color: string | null;
          metadata: Record<string, unknown> | null;
          gps: Record<string, unknown> | null;
          failure_code:
            | 'size_mismatch'
            | 'type_mismatch'
            | 'type_not_allowed'
            | 'not_an_image'
            | 'too_many_pixels'
            | 'checksum_mismatch'
            | 'inspector_refused'
            | 'undecodable'
            | 'upload_expired'
            | 'object_lost'
            | null;
          variants: {
            variant_type: string;
            url: string;
            width: number;
            height: number;
            file_size: number;
            content_type: string;
          }[];
        };
      };
};

export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: { path: string; message: string }[] | undefined;
  success?: false | undefined;
  error?: string | undefined;
};

export type TimelineEntryBody = {
  seq: number;
  type:
    | 'deleted'
    | 'presigned'
    | 'stored'
    | 'accepted'
    | 'rejected'
    | 'described'
    | 'variants_started'
    | 'variants_ready'
    | 'metadata_started'
    | 'metadata_ready'
    | 'metadata_warning'
    | 'processing_retried'
    | 'processing_failed'
    | 'reprocess_requested'
    | 'updated'
    | 'restored'
    | 'repaired';
  at: string;
  detail: Record<string, unknown>;
};

export type VariantBody = {
  variant_type: string;
  url: string;
  width: number;
  height: number;
  file_size: number;
  content_type: string;
};
