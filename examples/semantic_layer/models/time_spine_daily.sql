-- One row per day, up to today; MetricFlow fills missing days from it.
{{ config(materialized='table') }}

select cast(day as date) as date_day
from range(date '2015-01-01', current_date + interval 1 day, interval 1 day) as days(day)
