"""What a learner asks for between two gradings."""
