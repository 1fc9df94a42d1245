"""Routes of political work."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from workflows.views import tasks

app_name = "workflows"

urlpatterns: list[URLPattern | URLResolver] = [
    path("tasks", tasks.task_list, name="task-list"),
    path("tasks/<int:pk>/end", tasks.task_end, name="task-end"),
]
