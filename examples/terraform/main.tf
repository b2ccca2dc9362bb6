# The connector as code: its package, the connection with its settings, and its schedule.
#
# Before `terraform apply`, create the package:
#   .venv/bin/python -m tools.user.fivetran package connector
# and set the environment variables FIVETRAN_APIKEY, FIVETRAN_APISECRET and TF_VAR_access_token.
# Terraform stores the access token in its state: restrict access to the state.
#
# To reset a setting to its default, set it to an empty text: space_ids = "".
# Removing its key from `settings` may not reset it, because Fivetran's API keeps a setting that an
# update does not name (not tried).

terraform {
  required_version = ">= 1.5"

  required_providers {
    fivetran = {
      source  = "fivetran/fivetran"
      version = "~> 1.9"
    }
  }
}

provider "fivetran" {}

variable "group_id" {
  description = "Id of the group (the destination)."
  type        = string
}

variable "access_token" {
  description = "Personal access token of Contentful's Content Management API."
  type        = string
  sensitive   = true
}

variable "settings" {
  description = "Other settings, as the README lists them. An empty text resets a setting."
  type        = map(string)
  default = {
    tables = "core, content, CONTENT_TYPES, CONTENT_TYPE_FIELDS, LOCALES, TAGS, USERS"
    region = "us"
  }
}

resource "fivetran_connector_sdk_package" "contentful" {
  file_path = "${path.module}/../../connector/files/connector.zip"
}

resource "fivetran_connector" "contentful" {
  group_id = var.group_id
  service  = "connector_sdk"

  destination_schema {
    name = "contentful"
  }

  config {
    package_id     = fivetran_connector_sdk_package.contentful.id
    python_version = "3.13"

    secrets_list {
      key   = "access_token"
      value = var.access_token
    }

    dynamic "secrets_list" {
      for_each = var.settings

      content {
        key   = secrets_list.key
        value = secrets_list.value
      }
    }
  }

  run_setup_tests = true
}

resource "fivetran_connector_schedule" "contentful" {
  connector_id   = fivetran_connector.contentful.id
  sync_frequency = "360"
  paused         = false
}

output "connection_id" {
  description = "Id of the connection, for the jobs of Airflow and Dagster."
  value       = fivetran_connector.contentful.id
}
