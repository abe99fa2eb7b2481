"""Creates that are never made twice: journalled before they are sent, looked for when their answer was lost."""
